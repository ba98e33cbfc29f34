import { resolve, type Scope } from './intrinsic-functions.ts'
import { type Properties, type Resource, resourcesOf, type Template } from './template-resources.ts'

/** Finds the folder of a function's bundled asset. */
export type AssetOf = (lambda: Resource) => string

/** One function of the template, ready to run. */
export interface FunctionDescription {
  readonly name: string
  readonly arn: string
  /** The folder of the bundled asset. */
  readonly folder: string
  /** `file.export`, as Lambda has it. */
  readonly handler: string
  readonly timeoutMs: number
  readonly memoryMiB: number
  readonly environment: Readonly<Record<string, string>>
  /** The id of its role, with which it signs; that of no role is its own name. */
  readonly signer: string
}

/** One event source mapping from a queue to a function. */
export interface MappingDescription {
  readonly function: FunctionDescription
  readonly queueArn: string
  readonly batchSize: number
  readonly partialBatches: boolean
  /** How many invocations may run at once. */
  readonly concurrency: number
}

/** The concurrency of a mapping without a maximum. */
const concurrencyUnlessGiven = 4

/** The functions of a template. */
export const functionsOf = (template: Template, scope: Scope, assetOf: AssetOf): FunctionDescription[] =>
  resourcesOf(template, 'AWS::Lambda::Function').map(({ id, properties }) =>
    functionOf(id, properties, scope, assetOf(template.Resources[id]!)),
  )

/** The mappings of a template from a queue to one of `functions`. */
export function mappingsOf(
  template: Template,
  scope: Scope,
  functions: readonly FunctionDescription[],
): MappingDescription[] {
  return resourcesOf(template, 'AWS::Lambda::EventSourceMapping')
    .map(({ properties }) => resolve(properties, scope) as Properties)
    .filter(mapping => mapping.Enabled !== false && String(mapping.EventSourceArn).startsWith('arn:aws:sqs:'))
    .map(mapping => {
      const name = String(mapping.FunctionName).split(':').at(-1)!
      const described = functions.find(each => each.name === name)
      if (!described) throw new Error(`an event source mapping names the unknown function ${name}`)
      const scaling = mapping.ScalingConfig as { MaximumConcurrency?: number } | undefined
      return {
        function: described,
        queueArn: String(mapping.EventSourceArn),
        batchSize: Math.min(Number(mapping.BatchSize ?? 10), 10),
        partialBatches: ((mapping.FunctionResponseTypes ?? []) as string[]).includes(
          'ReportBatchItemFailures',
        ),
        concurrency: scaling?.MaximumConcurrency ?? concurrencyUnlessGiven,
      }
    })
}

/** The ARNs of the functions that have a URL. Throws if one is open to everybody. */
export const functionsWithUrl = (template: Template, scope: Scope): string[] =>
  resourcesOf(template, 'AWS::Lambda::Url').map(({ id, properties }) => {
    const { AuthType, TargetFunctionArn } = resolve(properties, scope) as Properties
    if (AuthType !== 'AWS_IAM')
      throw new Error(`${id}: the local stack supports only function URLs with AWS_IAM`)
    return String(TargetFunctionArn)
  })

function functionOf(id: string, properties: Properties, scope: Scope, folder: string): FunctionDescription {
  const { Handler, Timeout, MemorySize, Environment, Role } = properties
  const variables = (resolve(Environment ?? {}, scope) as { Variables?: Record<string, string> }).Variables
  return {
    name: scope.ref(id),
    arn: scope.attribute(id, 'Arn'),
    folder,
    handler: String(Handler),
    timeoutMs: Number(Timeout ?? 3) * 1000,
    memoryMiB: Number(MemorySize ?? 128),
    environment: variables ?? {},
    signer: Role === undefined ? scope.ref(id) : String(resolve(Role, scope)).split('/').at(-1)!,
  }
}
