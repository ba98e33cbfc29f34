import { type Command, Option } from 'commander'
import * as v from 'valibot'
import { baseUrl, readEnvironment } from '../../aws/environment.ts'
import { kinds, optionSchemas, settingNames } from '../../targets/index.ts'
import type { Target, TargetKind } from '../../targets/target.ts'
import type { Environment } from '../io/cli-world.ts'
import { Failure } from '../io/exit-codes.ts'

/** All settings of all targets: the base URLs and the targets' own settings. */
const entries = Object.fromEntries(
  kinds.flatMap(kind => [
    [settingNames(kind.name).url, v.optional(baseUrl)] as const,
    ...Object.entries(optionSchemas(kind)),
  ]),
)

/** The option of each setting: `--wacht-url` for `WACHT_URL`. */
const flags = Object.keys(entries).map(setting => ({
  setting,
  option: new Option(
    `--${setting.toLowerCase().replaceAll('_', '-')} <value>`,
    `the target setting ${setting} (env ${setting})`,
  ),
}))

/** Adds an option for each target setting. */
export function addTargetOptions(command: Command): Command {
  for (const { option } of flags) command.addOption(option)
  return command
}

/** Connects the targets with the options, else the environment. Throws a Failure that names every wrong setting. */
export function connectTargets(options: Options, env: Environment): ReadonlyMap<string, Target> {
  const settings = settingsOf(options, env)
  return new Map(kinds.map(kind => [kind.name, kind.connect(urlOf(kind, settings), settings as never)]))
}

/** The base URL of each target by its name, from the options, else the environment. Throws a Failure as above. */
export function targetUrls(options: Options, env: Environment): Readonly<Record<string, string>> {
  const settings = settingsOf(options, env)
  return Object.fromEntries(kinds.map(kind => [kind.name, urlOf(kind, settings)]))
}

/** The environment variables with the tokens to read from the targets. */
export const tokenNames = kinds.map(({ name }) => settingNames(name).token).join(', ')

/** The token to read from a target, from the environment. Throws a Failure if the token or the target's address is not set. */
export function readToken(target: string, options: Options, env: Environment): string {
  const { url, token } = settingNames(target)
  if (!URL.canParse(targetUrls(options, env)[target] ?? '')) throw new Failure(`${url} is not set`)
  const given = env[token]
  if (!given) throw new Failure(`${token} is not set`)
  return given
}

type Options = Readonly<Record<string, unknown>>

function settingsOf(options: Options, env: Environment): TargetSettings {
  const given = flags.map(({ setting, option }) => {
    const value = options[option.attributeName()] ?? env[setting]
    return [setting, value === '' ? undefined : value]
  })
  return parse(Object.fromEntries(given))
}

type TargetSettings = Readonly<Record<string, unknown>>

/** The base URL, or a placeholder with the variable's name if none is set. */
function urlOf({ name, defaultUrl }: TargetKind, settings: TargetSettings): string {
  const { url } = settingNames(name)
  return String(settings[url] ?? defaultUrl ?? `{${url}}`)
}

function parse(given: Environment): TargetSettings {
  try {
    return readEnvironment(v.object(entries), given)
  } catch (error) {
    throw new Failure((error as Error).message)
  }
}
