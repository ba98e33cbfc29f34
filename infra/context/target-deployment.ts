import type * as v from 'valibot'
import { type Names, namesOf } from '../../functions/core/resource-names.ts'
import { kinds } from '../../functions/targets/index.ts'
import { isForbiddenAddress } from './forbidden-address.ts'
import { baseUrl } from './setting-values.ts'

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

/** `WACHT_DIALECT` in the environment is `wachtDialect` in the context. */
const optionKey = (setting: string) =>
  setting.toLowerCase().replace(/_(.)/g, (_, letter: string) => letter.toUpperCase())

/** A target's own settings by environment name. `TargetKind` promises an object schema of strings. */
const optionsOf = (kind: { readonly options: unknown }): Record<string, v.GenericSchema<unknown, string>> =>
  (kind.options as v.ObjectSchema<Record<string, v.GenericSchema<unknown, string>>, undefined>).entries

/** The context keys of every target: its URL and its own settings, checked by the target's own schema. */
export const targetEntries: Record<string, v.GenericSchema<unknown, string>> = Object.fromEntries(
  kinds.flatMap(kind => [
    [urlKey(kind.name), baseUrl],
    ...Object.entries(optionsOf(kind)).map(([setting, schema]) => [optionKey(setting), schema]),
  ]),
)

/** Where each of these keys stands among the props of `RoleSync`: `wachtUrl` is `targets.wacht.url`. */
export const targetPaths: Readonly<Record<string, string>> = Object.fromEntries(
  Object.keys(targetEntries).map(key => {
    const { name } = kinds.find(kind => key.startsWith(kind.name)) as { readonly name: string }
    return [key, `targets.${name}.${key.charAt(name.length).toLowerCase()}${key.slice(name.length + 1)}`]
  }),
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

/**
 * The problems of the targets' addresses, each as `key: rule`. Beyond this machine no token travels in the clear, nor to an address
 * that is no target's.
 */
export function addressProblems(stage: string, values: Readonly<Record<string, unknown>>): string[] {
  if (stage === 'local') return []
  return kinds.flatMap(({ name }) => {
    const key = urlKey(name)
    const url = String(values[key])
    return [
      ...(URL.parse(url)?.protocol === 'http:' ? [`${key}: must be https unless the stage is local`] : []),
      ...(isForbiddenAddress(url)
        ? [`${key}: must not be a loopback, link-local or metadata address unless the stage is local`]
        : []),
    ]
  })
}
