import * as v from 'valibot'
import { baseUrl, millis, readEnvironment, text, wholeNumber } from '../aws/environment.ts'
import { kinds, settingNames } from '../targets/index.ts'

const targets = Object.fromEntries(
  kinds.flatMap(({ name }) => [
    [settingNames(name).url, baseUrl],
    [settingNames(name).secret, text],
  ]),
)

const own = v.object({
  LEDGER_TABLE: text,
  DUE_TABLE: text,
  SWEEP_TABLE: text,
  REQUEST_TIMEOUT_MS: millis,
  /** The time reserved at the end of an invocation to store what was read. */
  CLOSING_MS: millis,
  SWEEP_EVERY_MS: millis,
  /** How long a change must be applied before it counts as drift. */
  SWEEP_SETTLE_MS: millis,
  /** How long the readings of a scope are kept. */
  SWEEP_KEEP_MS: millis,
  /** How many calls a minute each target gets. */
  SWEEP_CALLS_PER_MINUTE: v.pipe(wholeNumber, v.minValue(1, 'must be 1 or more')),
})

/** The environment of the sweep function, set by the template. */
export const sweepSettingsSchema = v.intersect([own, v.object(targets), ...kinds.map(kind => kind.options)])

export type SweepSettings = v.InferOutput<typeof own> & Readonly<Record<string, unknown>>

/** Reads the settings. Throws one error that names every invalid one. */
export const readSweepSettings = (env: Readonly<Record<string, string | undefined>>): SweepSettings =>
  readEnvironment(sweepSettingsSchema, env) as SweepSettings
