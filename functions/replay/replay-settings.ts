import * as v from 'valibot'
import { baseUrl, millis, names, readEnvironment, text } from '../aws/environment.ts'

/** The environment of the replay function, set by the template. */
export const settingsSchema = v.object({
  CHANGES_QUEUE_URL: baseUrl,
  DEAD_LETTER_QUEUE_URL: baseUrl,
  /** The `queue` dimension of the metric of the oldest letter. */
  DEAD_LETTER_QUEUE_NAME: text,
  LEDGER_TABLE: text,
  /** The unique ids of the roles of role-sync's functions. Absent if nothing is guarded. */
  TRUSTED_SENDERS: v.optional(names),
  /** The time reserved at the end of an invocation to make letters visible again. */
  CLOSING_MS: millis,
  RENEW_AFTER_MS: millis,
})

export type ReplaySettings = v.InferOutput<typeof settingsSchema>

/** Reads the settings. Throws one error that names every invalid one. */
export const readSettings = (env: Readonly<Record<string, string | undefined>>): ReplaySettings =>
  readEnvironment(settingsSchema, env)
