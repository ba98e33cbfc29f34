import * as v from 'valibot'
import { baseUrl, readEnvironment, text } from '../aws/environment.ts'

/** The environment of the due function, set by the template. */
export const dueSettingsSchema = v.object({
  CHANGES_QUEUE_URL: baseUrl,
  DUE_TABLE: text,
  DUE_SECRET_ARN: text,
})

/** Reads the settings. Throws one error that names every invalid one. */
export const readDueSettings = (env: Readonly<Record<string, string | undefined>>) =>
  readEnvironment(dueSettingsSchema, env)
