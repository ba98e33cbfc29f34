import type { FunctionDescription, MappingDescription } from '../template/template-functions.ts'

/** The functions and mappings of a template, as Lambda's API describes them. */
export interface DescribedFunctions {
  readonly functions: readonly FunctionDescription[]
  readonly mappings: readonly MappingDescription[]
}

/** The path of GetFunctionConfiguration (Lambda API, 2015-03-31). */
const configurationPath = /^\/2015-03-31\/functions\/([^/]+)\/configuration$/

/**
 * The answer to GetFunctionConfiguration or ListEventSourceMappings, with the fields that the command line reads. Null if there is
 * no such function, undefined if it is another call.
 */
export function readAnswer(
  url: string,
  { functions, mappings }: DescribedFunctions,
): object | null | undefined {
  const { pathname, searchParams } = new URL(url, 'http://local')
  if (pathname === '/2015-03-31/event-source-mappings') {
    const of = searchParams.get('FunctionName')
    const listed = mappings.filter(mapping => mapping.function.name === of)
    return {
      EventSourceMappings: listed.map(mapping => ({
        ...{ EventSourceArn: mapping.queueArn, FunctionArn: mapping.function.arn, State: 'Enabled' },
      })),
    }
  }
  const [, name] = configurationPath.exec(pathname) ?? []
  if (name === undefined) return undefined
  const found = functions.find(each => each.name === name)
  if (!found) return null
  const { arn: FunctionArn, environment: Variables } = found
  return { FunctionName: name, FunctionArn, State: 'Active', Environment: { Variables } }
}
