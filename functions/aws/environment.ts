import * as v from 'valibot'
import { isBaseUrl } from '../core/base-url.ts'

/** A number of milliseconds in the environment, 1 or more. */
export const millis = v.pipe(
  v.string(),
  v.regex(/^[1-9][0-9]{0,12}$/, 'must be a whole number of milliseconds'),
  v.transform(Number),
)

/** A whole number in the environment, 0 or more. */
export const wholeNumber = v.pipe(
  v.string(),
  v.regex(/^(?:0|[1-9][0-9]{0,12})$/, 'must be a whole number'),
  v.transform(Number),
)

/** A base URL in the environment: http or https, without credentials, query or fragment. Paths are appended to it. */
export const baseUrl = v.pipe(
  v.string(),
  v.check(isBaseUrl, 'must be an http(s) URL without credentials, query or fragment'),
)

/** Names, separated by commas. */
export const names = v.pipe(
  v.string(),
  v.regex(/^[\w-]+(?:,[\w-]+)*$/, 'must be names, separated by commas'),
  v.transform((list): ReadonlySet<string> => new Set(list.split(','))),
)

/** Any text that is not empty. */
export const text = v.pipe(v.string(), v.nonEmpty('must not be empty'))

/**
 * Reads a function's settings from its environment. Throws one error that names every missing or wrong setting with its rule, but
 * without its value: a secret in the wrong variable is not printed.
 */
export function readEnvironment<T extends v.GenericSchema>(
  schema: T,
  env: Readonly<Record<string, string | undefined>>,
): v.InferOutput<T> {
  const result = v.safeParse(schema, env)
  if (result.success) return result.output
  const rule = (issue: v.BaseIssue<unknown>) =>
    issue.received === 'undefined' ? 'is missing' : issue.message
  const problems = new Set(result.issues.map(issue => `${v.getDotPath(issue)}: ${rule(issue)}`))
  throw new Error(`wrong settings: ${[...problems].join('; ')}`)
}

/** Refuses an empty query and outer white space: `URL` ignores them, but an appended path would be wrong. */
