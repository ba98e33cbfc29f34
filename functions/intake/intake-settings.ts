import * as v from 'valibot'
import { baseUrl, millis, readEnvironment, text } from '../aws/environment.ts'
import { secretSetting } from './source-kinds.ts'

/** The environment of the intake function for these sources, set by the template. `hints`: one of them gives hints. */
export const settingsSchema = (sources: readonly string[], hints = false) =>
  v.object({
    CHANGES_QUEUE_URL: baseUrl,
    DEADLINE_MS: millis,
    SWEEP_TABLE: hints ? text : v.optional(text),
    SWEEP_FUNCTION: hints ? text : v.optional(text),
    ...Object.fromEntries(sources.map(source => [secretSetting(source), text])),
  })

export interface IntakeSettings {
  readonly changesQueueUrl: string
  readonly deadlineMs: number
  /** Where hints go, and who looks at them. Present if a source gives them. */
  readonly sweepTable: string | undefined
  readonly sweepFunction: string | undefined
  /** The ARN of a source's secret. */
  readonly secretArn: (source: string) => string
}

/** Reads the settings. Throws one error that names every invalid one. */
export function readSettings(
  sources: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
  hints = false,
): IntakeSettings {
  const settings = readEnvironment(settingsSchema(sources, hints), env)
  const secrets: Readonly<Record<string, unknown>> = settings
  return {
    changesQueueUrl: settings.CHANGES_QUEUE_URL,
    deadlineMs: settings.DEADLINE_MS,
    sweepTable: settings.SWEEP_TABLE,
    sweepFunction: settings.SWEEP_FUNCTION,
    secretArn: source => String(secrets[secretSetting(source)]),
  }
}
