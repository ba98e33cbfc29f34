import * as v from 'valibot'
import { baseUrl, millis, names, readEnvironment, text, wholeNumber } from '../aws/environment.ts'
import { type Guards, isAnyGuarded } from '../core/guard/guards.ts'
import { kinds, parseGuards, settingNames } from '../targets/index.ts'
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
  /** Absent if the stage has no reassert function. */
  REASSERT_SECRET_ARN: v.optional(text),
  /** All absent if nothing is guarded. Trusted: the unique ids of the roles of role-sync's functions. */
  TRUSTED_SENDERS: v.optional(names),
  /** The unique id of the role of the due function: bursts have counted what it sends. */
  DUE_SENDER: v.optional(text),
  APPROVALS_TABLE: v.optional(text),
  APPROVALS_NEEDED: v.optional(wholeNumber),
  /** Absent if no rule for bursts has a share, or the stage has no sweep. */
  SWEEP_TABLE: v.optional(text),
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
  DUE_TABLE: text,
  DUE_SECRET_ARN: text,
})

/** The environment of the sync function, set by the template. */
export const settingsSchema = v.intersect([own, v.object(targets), ...kinds.map(kind => kind.options)])

export type SyncSettings = v.InferOutput<typeof own> & Readonly<Record<string, unknown>>

/** Reads the settings. Throws one error that names every invalid one. */
export const readSettings = (env: Readonly<Record<string, string | undefined>>): SyncSettings =>
  readEnvironment(settingsSchema, env) as SyncSettings

/**
 * The bundled guards with the settings that they need. Undefined if nothing is guarded. Throws if the guards are wrong, or if guards and
 * settings do not fit: the bundle and the settings of a function change in two steps.
 */
export function readGuards(
  content: unknown,
  {
    APPROVALS_TABLE: table,
    APPROVALS_NEEDED: needed,
    TRUSTED_SENDERS: trusted,
  }: Pick<SyncSettings, 'APPROVALS_TABLE' | 'APPROVALS_NEEDED' | 'TRUSTED_SENDERS'>,
): { readonly guards: Guards; readonly table: string; readonly needed: number } | undefined {
  const guards = parseGuards(content)
  if (!guards.ok) throw new Error(`wrong guards: ${guards.problems.join('; ')}`)
  if (!isAnyGuarded(guards.value)) {
    if (table === undefined) return undefined
    throw new Error(
      'wrong guards: nothing is guarded, but the setting APPROVALS_TABLE says that something is',
    )
  }
  if (table === undefined || !needed || !trusted)
    throw new Error(
      'wrong settings: guards need APPROVALS_TABLE, APPROVALS_NEEDED (1 or more) and TRUSTED_SENDERS',
    )
  return { guards: guards.value, table, needed }
}

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
