import * as v from 'valibot'
import { baseUrl, millis, readEnvironment, text } from '../aws/environment.ts'

/** The environment of the replay function, as the template gives it. */
export const settingsSchema = v.object({
  CHANGES_QUEUE_URL: baseUrl,
  DEAD_LETTER_QUEUE_URL: baseUrl,
  /** What the alarm on the oldest letter knows the queue by. */
  DEAD_LETTER_QUEUE_NAME: text,
  LEDGER_TABLE: text,
  /** What an invocation keeps at its end: letters have to be visible again. */
  CLOSING_MS: millis,
  RENEW_AFTER_MS: millis,
})

/** The settings, parsed: by the name of their variable. */
export type ReplaySettings = v.InferOutput<typeof settingsSchema>

/** Reads the settings; throws one error that names every wrong one. */
export const readSettings = (env: Readonly<Record<string, string | undefined>>): ReplaySettings =>
  readEnvironment(settingsSchema, env)
