import * as v from 'valibot'
import { baseUrl, millis, readEnvironment, text } from '../aws/environment.ts'
import { secretSetting } from './source-kinds.ts'

/** The environment of the intake function for these sources, set by the template. */
export const settingsSchema = (sources: readonly string[]) =>
  v.object({
    CHANGES_QUEUE_URL: baseUrl,
    DEADLINE_MS: millis,
    ...Object.fromEntries(sources.map(source => [secretSetting(source), text])),
  })

export interface IntakeSettings {
  readonly changesQueueUrl: string
  readonly deadlineMs: number
  /** The ARN of a source's secret. */
  readonly secretArn: (source: string) => string
}

/** Reads the settings. Throws one error that names every invalid one. */
export function readSettings(
  sources: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): IntakeSettings {
  const settings = readEnvironment(settingsSchema(sources), env)
  const secrets: Readonly<Record<string, unknown>> = settings
  return {
    changesQueueUrl: settings.CHANGES_QUEUE_URL,
    deadlineMs: settings.DEADLINE_MS,
    secretArn: source => String(secrets[secretSetting(source)]),
  }
}
