import type * as v from 'valibot'
import { type Names, namesOf } from '../../functions/core/names.ts'
import { kinds } from '../../functions/targets/index.ts'
import { baseUrl } from './values.ts'

/** One target as a stage reaches it. */
export interface TargetDeployment {
  readonly name: string
  readonly url: string
  readonly secretName: string
  /** The target's own settings, by environment name. */
  readonly options: Readonly<Record<string, string>>
}

/** `wacht` is at `wachtUrl`. */
const urlKey = (name: string) => `${name}Url`

/** What the environment calls `WACHT_DIALECT`, the context calls `wachtDialect`. */
const optionKey = (setting: string) =>
  setting.toLowerCase().replace(/_(.)/g, (_, letter: string) => letter.toUpperCase())

/** A target's own settings by environment name; `TargetKind` promises an object schema of strings. */
const optionsOf = (kind: { readonly options: unknown }): Record<string, v.GenericSchema<unknown, string>> =>
  (kind.options as v.ObjectSchema<Record<string, v.GenericSchema<unknown, string>>, undefined>).entries

/** The context keys of every target: its URL and its own settings, checked by the target's own schema. */
export const targetEntries: Record<string, v.GenericSchema<unknown, string>> = Object.fromEntries(
  kinds.flatMap(kind => [
    [urlKey(kind.name), baseUrl],
    ...Object.entries(optionsOf(kind)).map(([setting, schema]) => [optionKey(setting), schema]),
  ]),
)

/** The targets of a stage, out of context values that have passed `targetEntries`. */
export function targetsOf(stage: string, values: Readonly<Record<string, unknown>>): TargetDeployment[] {
  const names = namesOf(stage)
  return kinds.map(kind => ({
    name: kind.name,
    url: String(values[urlKey(kind.name)]),
    secretName: names[`${kind.name}Secret` as keyof Names],
    options: Object.fromEntries(
      Object.keys(optionsOf(kind)).map(setting => [setting, String(values[optionKey(setting)])]),
    ),
  }))
}

/** A token must not travel in the clear: beyond this machine only https will do. Each problem as `key: rule`. */
export function plainHttpProblems(stage: string, values: Readonly<Record<string, unknown>>): string[] {
  if (stage === 'local') return []
  return kinds
    .map(kind => urlKey(kind.name))
    .filter(key => URL.parse(String(values[key]))?.protocol === 'http:')
    .map(key => `${key}: must be https unless the stage is local`)
}
