import * as v from 'valibot'
import { secretName } from '../../functions/core/resource-names.ts'
import { kinds, optionSchemas } from '../../functions/targets/index.ts'
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

/** The context key of a target's URL: `wacht` is at `wachtUrl`. */
export const urlKey = (name: string) => `${name}Url`

/** What the environment calls `WACHT_DIALECT`, the context calls `wachtDialect`. */
export const optionKey = (setting: string) =>
  setting.toLowerCase().replace(/_(.)/g, (_, letter: string) => letter.toUpperCase())

/** The context keys of every target: its URL and its own settings, checked by the target's own schema. */
export const targetEntries: Record<string, v.GenericSchema<unknown, string>> = Object.fromEntries(
  kinds.flatMap(kind => [
    [urlKey(kind.name), kind.defaultUrl === undefined ? baseUrl : v.optional(baseUrl, kind.defaultUrl)],
    ...Object.entries(optionSchemas(kind)).map(([setting, schema]) => [optionKey(setting), schema]),
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
  return kinds.map(kind => ({
    name: kind.name,
    url: String(values[urlKey(kind.name)]),
    secretName: secretName(stage, kind.name),
    options: Object.fromEntries(
      Object.keys(optionSchemas(kind)).map(setting => [setting, String(values[optionKey(setting)])]),
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
