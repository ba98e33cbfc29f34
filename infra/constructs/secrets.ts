import { RemovalPolicy, Validations } from 'aws-cdk-lib'
import { type CfnSecret, Secret } from 'aws-cdk-lib/aws-secretsmanager'
import type { Construct } from 'constructs'
import type { TargetDeployment } from '../context/targets.ts'
import { logicalName } from './logical-name.ts'

/** A target's secret, created without a value: an operator puts the token in, so it never stands in a template. */
export function addSecret(scope: Construct, { name, secretName }: TargetDeployment): Secret {
  const secret = new Secret(scope, `${logicalName(name)}Secret`, {
    secretName,
    description: `The token of role-sync at ${name}, as {"token":"…"}`,
    removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
  })
  // The construct would have a password generated, and the function would send that to the target as its token.
  const resource = secret.node.defaultChild as CfnSecret
  resource.generateSecretString = undefined

  Validations.of(secret).acknowledge({
    id: 'AwsSolutions-SMG4',
    reason: `Only ${name} issues its tokens and it has no call that rotates one; a person does, and a 401 reloads it.`,
  })
  return secret
}
