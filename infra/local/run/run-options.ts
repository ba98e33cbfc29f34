import { resolve } from 'node:path'
import { Command, CommanderError, InvalidArgumentError } from 'commander'
import { kinds, optionSchemas, settingNames } from '../../../functions/targets/index.ts'
import type { TargetKind } from '../../../functions/targets/target.ts'
import { optionKey } from '../../context/target-deployment.ts'

/** The options of a run, from its command line and its environment. */
export interface Options {
  /** A file of events, one a line; `-` is standard input. The sample day unless given. */
  readonly events?: string
  readonly serve: boolean
  /** The folder that keeps queues, ledger and sandbox; in memory unless given. */
  readonly data?: string
  /** The port of SQS; the others follow it. 0 for any free ports. */
  readonly port: number
  readonly json: boolean
  /** CDK context over that of `cdk.json`. */
  readonly context: Readonly<Record<string, string>>
  /** By target. */
  readonly targets: Readonly<Record<string, TargetOptions>>
}

/** The address of a target; without a URL the run starts a sandbox. */
export interface TargetOptions {
  readonly url?: string
  readonly token: string
}

/** The options, or the text to print instead: help (exit 0) or an error (exit 1). */
export type ReadOptions =
  | { readonly ok: true; readonly options: Options }
  | { readonly ok: false; readonly text: string; readonly exitCode: number }

type Environment = Readonly<Record<string, string | undefined>>

/** The variables of one target, for the help. */
function environmentOfTarget(kind: TargetKind): string {
  const { url, token } = settingNames(kind.name)
  const own = Object.keys(optionSchemas(kind)).map(
    setting => `  ${setting.padEnd(27)} its setting ${optionKey(setting)}`,
  )
  return [`  ${`${url}, ${token}`.padEnd(27)} a real ${kind.name} instead of the sandbox`, ...own].join('\n')
}

const environmentHelp = `
Environment:
${kinds.map(environmentOfTarget).join('\n')}
  ROLES                       another role catalogue than infra/roles.json
  SOURCES                     other sources than infra/sources.json

The sandbox knows the roles of the catalogue and every id that does not end in 404.`

/** The number of ports that follow the first one. */
export const portsAfter = 9

const maxPort = 65_535 - portsAfter

/** Reads the arguments after the name of the program. */
export function readOptions(argv: readonly string[], env: Environment): ReadOptions {
  let text = ''
  const command = new Command('npm start --')
    .description('Runs the whole stack on this machine, with sandbox targets unless real ones are given.')
    .option(
      '--events <FILE>',
      'enqueue these events instead of the sample day, one per line; - is standard input',
    )
    .option(
      '--serve',
      'run until Ctrl-C, with a live page; print the environment for SDKs and the command line',
      false,
    )
    .option('--data <DIR>', 'keep all data in this folder; the next run continues with it', folder)
    .option('--port <N>', `port of the SQS endpoint; the ${portsAfter} after it are used too`, port, 4566)
    .option('--json', 'print only JSON lines on standard output', false)
    .option('-c, --context <key=value>', 'set CDK context; may be repeated', context, {})
    .addHelpText('after', environmentHelp)
    .exitOverride()
    .configureOutput({ writeOut: out => (text += out), writeErr: out => (text += out) })
  try {
    command.parse(argv, { from: 'user' })
    const { events, serve, data, port, json, context } = command.opts()
    const targets = targetsOf(env)
    return {
      ok: true,
      options: {
        ...{ serve, port, json, targets },
        ...(events !== undefined && { events }),
        ...(data !== undefined && { data: resolve(data) }),
        context: { ...contextOf(env), ...context },
      },
    }
  } catch (error) {
    if (!(error instanceof CommanderError))
      return { ok: false, text: `error: ${(error as Error).message}\n`, exitCode: 1 }
    return { ok: false, text, exitCode: error.exitCode === 0 ? 0 : 1 }
  }
}

/** Refuses an empty name (from an unset variable), which would mean the current folder. */
function folder(text: string): string {
  if (text.trim() !== '') return text
  throw new InvalidArgumentError('--data must name a folder.')
}

function port(text: string): number {
  const number = Number(text)
  if (/^\d+$/.test(text) && number <= maxPort) return number
  throw new InvalidArgumentError(`--port must be a number from 0 to ${maxPort}.`)
}

function context(text: string, before: Record<string, string>): Record<string, string> {
  const at = text.indexOf('=')
  if (at < 1) throw new InvalidArgumentError('--context must be key=value.')
  return { ...before, [text.slice(0, at)]: text.slice(at + 1) }
}

/** The token of the sandbox of a target. */
export const sandboxToken = (target: string): string => `sandbox-${target}-token`

/**
 * Reads the targets. Throws if a URL has no token. An empty token is allowed. With the token of a sandbox the address is that of another
 * run, which printed both: this run starts a sandbox of its own.
 */
function targetsOf(env: Environment): Options['targets'] {
  const missing: string[] = []
  const optionsOf = (name: string): TargetOptions => {
    const names = settingNames(name)
    const token = env[names.token]
    const url = token === sandboxToken(name) ? undefined : env[names.url]
    if (url && token === undefined) missing.push(`${names.token} must be set where ${names.url} is`)
    return { token: token ?? sandboxToken(name), ...(url && { url }) }
  }
  const targets = Object.fromEntries(kinds.map(({ name }) => [name, optionsOf(name)]))
  if (missing.length > 0) throw new Error(missing.join('; '))
  return targets
}

function contextOf(env: Environment): Record<string, string> {
  return {
    ...Object.fromEntries(
      kinds
        .flatMap(kind => Object.keys(optionSchemas(kind)))
        .flatMap(setting => (env[setting] ? [[optionKey(setting), env[setting]]] : [])),
    ),
    ...(env.ROLES && { roles: resolve(env.ROLES) }),
    ...(env.SOURCES && { sources: resolve(env.SOURCES) }),
  }
}
