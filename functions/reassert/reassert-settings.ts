import * as v from 'valibot'
import { baseUrl, readEnvironment, text } from '../aws/environment.ts'

/** The environment of the reassert function, set by the template. */
export const settingsSchema = v.object({
  CHANGES_QUEUE_URL: baseUrl,
  LEDGER_TABLE: text,
  REASSERT_SECRET_ARN: text,
  /** The CloudEvents `source` of its messages. */
  REASSERT_SOURCE: text,
})

/** Reads the settings. Throws one error that names every invalid one. */
export const readSettings = (env: Readonly<Record<string, string | undefined>>) =>
  readEnvironment(settingsSchema, env)
