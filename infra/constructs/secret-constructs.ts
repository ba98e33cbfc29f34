import { RemovalPolicy, Validations } from 'aws-cdk-lib'
import { type CfnSecret, Secret, type SecretStringGenerator } from 'aws-cdk-lib/aws-secretsmanager'
import type { Construct } from 'constructs'
import type { SourceDeployment } from '../context/source-deployment.ts'
import type { TargetDeployment } from '../context/target-deployment.ts'
import { logicalName } from './logical-name.ts'

export const addSecret = (scope: Construct, { name, secretName }: TargetDeployment): Secret =>
  addEmptySecret(scope, `${logicalName(name)}Secret`, {
    secretName,
    description: `The token of role-sync at ${name}, as {"token":"…"}`,
    whyNotRotated: `Only ${name} issues its tokens, and it has no call for a rotation. A person replaces the token, and a 401 reloads it.`,
  })

export const addSourceSecret = (scope: Construct, { name, secretName }: SourceDeployment): Secret =>
  addEmptySecret(scope, `${name}Secret`, {
    secretName,
    description: `The token that verifies deliveries of ${name} to role-sync, as {"token":"…","previous":"…"}`,
    whyNotRotated: `The sender of ${name} must change its token too. A person changes both, and until then the previous one is valid too.`,
  })

/**
 * Adds the key for the hashes of people's addresses. CloudFormation generates it. After a change of the key people are searched
 * again.
 */
export const addPersonSecret = (scope: Construct, secretName: string): Secret =>
  addGeneratedSecret(scope, 'PersonSecret', {
    secretName,
    description: 'The key for the hashes of e-mail addresses that role-sync remembers',
    whyNotRotated: 'It protects hashes that expire within days; after a rotation none of them is found.',
  })

/** Adds the key that signs re-assertions. CloudFormation generates it. */
export const addReassertSecret = (scope: Construct, secretName: string): Secret =>
  addGeneratedSecret(scope, 'ReassertSecret', {
    secretName,
    description: 'The key that signs re-assertions of role-sync',
    whyNotRotated:
      'Whatever it signs ends within an hour. Put another key there at any time: the functions read it again.',
  })

/** Adds the key that encrypts due changes which name a person. CloudFormation generates it. */
export const addDueSecret = (scope: Construct, secretName: string): Secret =>
  addGeneratedSecret(scope, 'DueSecret', {
    secretName,
    description: 'The key that encrypts changes of role-sync which name a person and take effect later',
    whyNotRotated:
      'What it encrypts may wait for years, and only the key before is tried too. Put another key there once, and not twice while changes wait.',
  })

interface SecretProps {
  readonly secretName: string
  readonly description: string
  readonly whyNotRotated: string
}

/** Adds a secret without a value. An operator stores the token, so it is never in a template. */
function addEmptySecret(scope: Construct, id: string, props: SecretProps): Secret {
  const secret = addStored(scope, id, props)
  // By default CloudFormation generates a password, and the function would use it as a token.
  const resource = secret.node.defaultChild as CfnSecret
  resource.generateSecretString = undefined
  return secret
}

const addGeneratedSecret = (scope: Construct, id: string, props: SecretProps): Secret =>
  addStored(scope, id, props, {
    secretStringTemplate: '{}',
    generateStringKey: 'token',
    passwordLength: 64,
    excludePunctuation: true,
  })

function addStored(
  scope: Construct,
  id: string,
  { secretName, description, whyNotRotated }: SecretProps,
  generateSecretString?: SecretStringGenerator,
): Secret {
  const secret = new Secret(scope, id, {
    ...{ secretName, description, ...(generateSecretString && { generateSecretString }) },
    removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
  })
  Validations.of(secret).acknowledge({ id: 'AwsSolutions-SMG4', reason: whyNotRotated })
  return secret
}
