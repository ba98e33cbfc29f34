import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { kinds, optionSchemas, settingNames } from '../../../functions/targets/index.ts'
import type { TargetKind } from '../../../functions/targets/target.ts'
import { optionKey } from '../../context/target-deployment.ts'
import { defaultRoles } from '../../paths.ts'
import { following } from '../engines/embedded-engines.ts'
import { type StartSandbox, seedOf } from '../sandbox/sandbox-seed.ts'
import type { Sandbox } from '../sandbox/sandbox-server.ts'
import { type Options, sandboxToken } from './run-options.ts'

/** The targets of a run: a sandbox for each that has no URL. */
export interface Targets {
  /** By target. */
  readonly urls: Readonly<Record<string, string>>
  /** The variables with which the command line reaches the targets. The token of a real target is not among them. */
  readonly environment: Readonly<Record<string, string>>
  /** The role catalogue as it was read, not checked. */
  readonly catalogue: unknown
  readonly sandboxes: ReadonlyMap<string, Sandbox<unknown>>
  stop(): Promise<void>
}

/** The offsets of the sandboxes' ports from the first port, after the engines. Further sandboxes use any free port. */
const places = [3, 4]

/**
 * Starts a sandbox for each target without a URL, on the ports after the engines. It contains the members that `bodies` name. `fileOf`
 * returns the file for the state of a sandbox; without it the state is in memory. Rejects if a target has neither a URL nor a
 * sandbox.
 */
export async function startTargets(
  options: Options,
  bodies: readonly string[],
  fileOf?: (target: string) => string,
): Promise<Targets> {
  const { targets, port, context } = options
  const catalogue = catalogueIn(context.roles ?? defaultRoles)
  const sandboxes = new Map<string, Sandbox<unknown>>()
  const urls: Record<string, string> = {}
  await using started = new AsyncDisposableStack()
  for (const [n, { name }] of kinds.entries()) {
    const { url, token } = targets[name]!
    if (url) {
      urls[name] = url
      continue
    }
    const seat = {
      ...{ port: n < places.length ? following(port, places[n]!) : 0, token, open: true },
      ...(fileOf && { file: fileOf(name) }),
    }
    const start = await sandboxOf(name)
    const sandbox = started.adopt(await start(seat, context, seedOf(name, catalogue, bodies)), ({ stop }) =>
      stop(),
    )
    sandboxes.set(name, sandbox)
    urls[name] = sandbox.url
  }
  const running = started.move()
  const environment = Object.assign({}, ...kinds.map(kind => variablesOf(kind, urls[kind.name]!, options)))
  return { urls, environment, catalogue, sandboxes, stop: () => running.disposeAsync() }
}

function variablesOf(kind: TargetKind, url: string, { targets, context }: Options): Record<string, string> {
  const names = settingNames(kind.name)
  const token = sandboxToken(kind.name)
  return {
    [names.url]: url,
    ...(targets[kind.name]?.token === token && { [names.token]: token }),
    ...Object.fromEntries(
      Object.keys(optionSchemas(kind)).flatMap(setting => {
        const value = context[optionKey(setting)]
        return value === undefined ? [] : [[setting, value]]
      }),
    ),
  }
}

async function sandboxOf(target: string): Promise<StartSandbox> {
  const file = join(import.meta.dirname, '../sandbox', target, `${target}-sandbox.ts`)
  if (!existsSync(file)) throw new Error(`${settingNames(target).url} must be set: ${target} has no sandbox`)
  return ((await import(file)) as { readonly start: StartSandbox }).start
}

/** The catalogue for the sandboxes. Empty if it is unreadable: the synthesis reports that. */
function catalogueIn(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'))
  } catch {
    return {}
  }
}
