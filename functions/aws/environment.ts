import * as v from 'valibot'
import { isBaseUrl } from '../core/base-url.ts'

/** A number of milliseconds in the environment, 1 or more. */
export const millis = v.pipe(
  v.string(),
  v.regex(/^[1-9][0-9]{0,12}$/, 'must be a whole number of milliseconds'),
  v.transform(Number),
)

/** A base URL in the environment: http or https, without credentials, query or fragment, as paths are appended to it. */
export const baseUrl = v.pipe(
  v.string(),
  v.check(isBaseUrl, 'must be an http(s) URL without credentials, query or fragment'),
)

/** Any text that is not empty. */
export const text = v.pipe(v.string(), v.nonEmpty('must not be empty'))

/**
 * Reads a function's settings from its environment. Throws one error that names every setting that is missing or wrong,
 * with the rule and never the value, so that a secret in the wrong place is not printed.
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

/** An empty query, and white space at an end, are nothing to `URL` and much to what is appended. */
