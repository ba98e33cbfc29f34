import { secretArn } from '../engines/embedded-engines.ts'
import { resolve, type Scope } from './intrinsic-functions.ts'
import type { Resource, Template } from './template-resources.ts'

/** The account of fauxqs. */
const account = '000000000000'

/** The property that names a resource, and the service and prefix in its ARN, by type. */
const types: Readonly<Record<string, { readonly name: string; readonly arn: readonly [string, string] }>> = {
  'AWS::SQS::Queue': { name: 'QueueName', arn: ['sqs', ''] },
  'AWS::DynamoDB::Table': { name: 'TableName', arn: ['dynamodb', 'table/'] },
  'AWS::DynamoDB::GlobalTable': { name: 'TableName', arn: ['dynamodb', 'table/'] },
  'AWS::SNS::Topic': { name: 'TopicName', arn: ['sns', ''] },
  'AWS::IAM::Role': { name: 'RoleName', arn: ['iam', 'role/'] },
  'AWS::Lambda::Function': { name: 'FunctionName', arn: ['lambda', 'function:'] },
  'AWS::SecretsManager::Secret': { name: 'Name', arn: ['secretsmanager', 'secret:'] },
}

/** The region and the addresses of the engines. */
export interface Place {
  readonly region: string
  /** The URL of the SQS endpoint. */
  readonly sqsUrl: string
}

/** The scope of a template on the local engines. It throws on an unknown id. */
export function scopeOf(template: Template, place: Place): Scope {
  const pseudo: Readonly<Record<string, string>> = {
    'AWS::Region': place.region,
    'AWS::AccountId': account,
    'AWS::Partition': 'aws',
    'AWS::URLSuffix': 'amazonaws.com',
    'AWS::StackName': 'local',
  }
  const resourceOf = (id: string): Resource => {
    const resource = template.Resources[id]
    if (!resource) throw new Error(`the template refers to the unknown resource ${id}`)
    return resource
  }
  /** The name of a resource, or its logical id if it has no name. */
  const nameOf = (id: string): string => {
    const { Type, Properties } = resourceOf(id)
    const name = Properties[types[Type]?.name ?? '']
    return name === undefined ? id : String(resolve(name, scope))
  }
  const arnOf = (id: string): string => {
    const { Type } = resourceOf(id)
    if (Type === 'AWS::SecretsManager::Secret') return secretArn(place.region, nameOf(id))
    const [service, prefix] = types[Type]?.arn ?? ['local', '']
    return `arn:aws:${service}:${place.region}:${account}:${prefix}${nameOf(id)}`
  }
  const refOf = (id: string): string => {
    switch (resourceOf(id).Type) {
      case 'AWS::SQS::Queue':
        return `${place.sqsUrl}/${account}/${nameOf(id)}`
      case 'AWS::SNS::Topic':
      case 'AWS::SecretsManager::Secret':
        return arnOf(id)
      default:
        return nameOf(id)
    }
  }
  const scope: Scope = {
    ref: id => pseudo[id] ?? refOf(id),
    attribute: (id, name) => (name === 'Arn' ? arnOf(id) : nameOf(id)),
  }
  return scope
}
