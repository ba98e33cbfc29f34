import * as v from 'valibot'
import { readEnvironment, text, wholeNumber } from '../aws/environment.ts'

/** The environment of the approve function, set by the template. */
export const settingsSchema = v.object({
  APPROVALS_TABLE: text,
  APPROVALS_NEEDED: wholeNumber,
})

/** Reads the settings. Throws one error that names every invalid one. */
export const readSettings = (env: Readonly<Record<string, string | undefined>>) =>
  readEnvironment(settingsSchema, env)
