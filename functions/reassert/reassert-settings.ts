import * as v from 'valibot'
import { baseUrl, readEnvironment, text } from '../aws/environment.ts'
import { reassertedScopes } from '../core/guard/scope-rules.ts'
import { parseGuards } from '../targets/index.ts'

/** The environment of the reassert function, set by the template. */
export const settingsSchema = v.object({
  CHANGES_QUEUE_URL: baseUrl,
  LEDGER_TABLE: text,
  REASSERT_SECRET_ARN: text,
  /** The CloudEvents `source` of its messages. */
  REASSERT_SOURCE: text,
  /** The sweep's table, if a scope has its drift written again by itself. */
  SWEEP_TABLE: v.optional(text),
})

/** Reads the settings. Throws one error that names every invalid one. */
export const readSettings = (env: Readonly<Record<string, string | undefined>>) =>
  readEnvironment(settingsSchema, env)

/** The scopes of the bundled guards whose drift is written again by itself. Throws one error that names every problem. */
export function readScopes(content: unknown): string[] {
  const guards = parseGuards(content)
  if (guards.ok) return reassertedScopes(guards.value.scopes)
  throw new Error(`wrong guards: ${guards.problems.join('; ')}`)
}
