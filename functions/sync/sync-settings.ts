import * as v from 'valibot'
import { baseUrl, millis, readEnvironment, text, wholeNumber } from '../aws/environment.ts'
import { kinds, settingNames } from '../targets/index.ts'
import type { Rules } from './sync-world.ts'

const targets = Object.fromEntries(
  kinds.flatMap(({ name }) => [
    [settingNames(name).url, baseUrl],
    [settingNames(name).secret, text],
  ]),
)

const own = v.object({
  CHANGES_QUEUE_URL: baseUrl,
  DEAD_LETTER_QUEUE_URL: baseUrl,
  LEDGER_TABLE: text,
  /** Both absent if the stage keeps no history. */
  HISTORY_TABLE: v.optional(text),
  HISTORY_DAYS: v.optional(wholeNumber),
  /** Both absent if the stage tells nobody of outcomes. */
  OUTCOMES_TOPIC_ARN: v.optional(text),
  OUTCOMES_SOURCE: v.optional(text),
  RETRY_FROM_MS: millis,
  RETRY_CAP_MS: millis,
  REQUEST_TIMEOUT_MS: millis,
  LAND_WITHIN_MS: millis,
  LEASE_MS: millis,
  CLOSING_MS: millis,
  GIVE_UP_MS: millis,
  GIVE_UP_AT_LATEST_MS: millis,
  NOT_FOUND_GRACE_MS: millis,
  BREAKER_OPEN_MS: millis,
  PERSON_SECRET_ARN: text,
  PERSON_MEMORY_MS: millis,
})

/** The environment of the sync function, set by the template. */
export const settingsSchema = v.intersect([own, v.object(targets), ...kinds.map(kind => kind.options)])

export type SyncSettings = v.InferOutput<typeof own> & Readonly<Record<string, string | number>>

/** Reads the settings. Throws one error that names every invalid one. */
export const readSettings = (env: Readonly<Record<string, string | undefined>>): SyncSettings =>
  readEnvironment(settingsSchema, env) as SyncSettings

export const readRules = (settings: SyncSettings): Rules => ({
  retryFromMs: settings.RETRY_FROM_MS,
  retryCapMs: settings.RETRY_CAP_MS,
  requestTimeoutMs: settings.REQUEST_TIMEOUT_MS,
  landWithinMs: settings.LAND_WITHIN_MS,
  leaseMs: settings.LEASE_MS,
  closingMs: settings.CLOSING_MS,
  giveUpMs: settings.GIVE_UP_MS,
  giveUpAtLatestMs: settings.GIVE_UP_AT_LATEST_MS,
  notFoundGraceMs: settings.NOT_FOUND_GRACE_MS,
})
