import * as v from 'valibot'
import { secretName } from '../../functions/core/resource-names.ts'
import { kinds, optionSchemas, type TargetName } from '../../functions/targets/index.ts'
import type { TargetKind } from '../../functions/targets/target.ts'
import { isForbiddenAddress } from './forbidden-address.ts'
import { baseUrl } from './setting-values.ts'

/** The address and the settings of one target of a stage. */
export interface TargetDeployment {
  readonly name: TargetName
  readonly url: string
  readonly secretName: string
  /** The target's own settings, by environment name. */
  readonly options: Readonly<Record<string, string>>
}

/** The context key of a target's URL: `wachtUrl` for `wacht`. */
export const urlKey = (name: string) => `${name}Url`

/** The context key of an environment name: `wachtDialect` for `WACHT_DIALECT`. */
export const optionKey = (setting: string) =>
  setting.toLowerCase().replace(/_(.)/g, (_, letter: string) => letter.toUpperCase())

/** The context keys of every target: its URL and its own settings, checked by the target's own schema. */
export const targetEntries: Record<string, v.GenericSchema<unknown, string>> = Object.fromEntries(
  kinds.flatMap(kind => [
    [urlKey(kind.name), kind.defaultUrl === undefined ? baseUrl : v.optional(baseUrl, kind.defaultUrl)],
    ...Object.entries(optionSchemas(kind)).map(([setting, schema]) => [optionKey(setting), schema]),
  ]),
)

/** The path of each of these keys among the props of `RoleSync`: `wachtUrl` is `targets.wacht.url`. */
export const targetPathsOf = (targets: readonly Pick<TargetKind, 'name' | 'options'>[]) =>
  Object.fromEntries(
    targets.flatMap(({ name, options }) => [
      [urlKey(name), `targets.${name}.url`],
      ...Object.keys(options.entries).map(setting => [
        optionKey(setting),
        `targets.${name}.${optionKey(setting.slice(name.length + 1))}`,
      ]),
    ]),
  ) as Readonly<Record<string, string>>

/** The paths of the targets of the list. */
export const targetPaths = targetPathsOf(kinds)

/** The targets of a stage, from context values that `targetEntries` has accepted. */
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
 * Why the lists of a target do not show what members have, with these context values. Undefined if they do, or if a setting of the target is
 * wrong.
 */
export function unlistedStates(
  target: string,
  values: Readonly<Record<string, unknown>>,
): string | undefined {
  const kind = kinds.find(({ name }) => name === target) as TargetKind
  const set = Object.keys(optionSchemas(kind)).map(setting => [setting, values[optionKey(setting)]] as const)
  if (set.some(([, value]) => value === undefined) || kind.listsStates(Object.fromEntries(set)))
    return undefined
  const settings = set.map(([setting, value]) => `${optionKey(setting)} ${value}`).join(', ')
  return `the lists of ${target} do not show roles with ${settings}`
}

/**
 * The problems of the targets' addresses, each as `key: rule`. Outside of this machine a token is sent only over https, and never to an
 * address that no target can have.
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
