import { secretArn } from '../engines/embedded-engines.ts'
import { resolve, type Scope } from './intrinsic-functions.ts'
import type { Resource, Template } from './template-resources.ts'

/** The account that fauxqs believes in. */
export const account = '000000000000'

/** The property that names a resource, by type; what has no name goes by its logical id. */
const nameProperties: Readonly<Record<string, string>> = {
  'AWS::SQS::Queue': 'QueueName',
  'AWS::DynamoDB::Table': 'TableName',
  'AWS::DynamoDB::GlobalTable': 'TableName',
  'AWS::Lambda::Function': 'FunctionName',
  'AWS::SecretsManager::Secret': 'Name',
}

/** Where the engines are. */
export interface Place {
  readonly region: string
  /** The URL of the SQS endpoint. */
  readonly sqsUrl: string
}

/** The scope of a template whose resources live on the local engines; unknown ids throw. */
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
    if (!resource) throw new Error(`the template refers to ${id}, which it does not describe`)
    return resource
  }
  const nameOf = (id: string): string => {
    const { Type, Properties } = resourceOf(id)
    const name = Properties[nameProperties[Type] ?? '']
    return name === undefined ? id : String(resolve(name, scope))
  }
  const arnOf = (id: string): string => {
    const name = nameOf(id)
    const at = (service: string, rest: string) => `arn:aws:${service}:${place.region}:${account}:${rest}`
    switch (resourceOf(id).Type) {
      case 'AWS::SQS::Queue':
        return at('sqs', name)
      case 'AWS::DynamoDB::Table':
      case 'AWS::DynamoDB::GlobalTable':
        return at('dynamodb', `table/${name}`)
      case 'AWS::Lambda::Function':
        return at('lambda', `function:${name}`)
      case 'AWS::SecretsManager::Secret':
        return secretArn(place.region, name)
      default:
        return at('local', name)
    }
  }
  const refOf = (id: string): string => {
    switch (resourceOf(id).Type) {
      case 'AWS::SQS::Queue':
        return `${place.sqsUrl}/${account}/${nameOf(id)}`
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
