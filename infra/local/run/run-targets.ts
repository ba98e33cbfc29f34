import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { kinds, settingNames } from '../../../functions/targets/index.ts'
import { defaultRoles } from '../../paths.ts'
import { following } from '../engines/embedded-engines.ts'
import { type StartSandbox, seedOf } from '../sandbox/sandbox-seed.ts'
import type { Sandbox } from '../sandbox/sandbox-server.ts'
import type { Options } from './run-options.ts'

/** The targets of a run: a sandbox for each that has no URL. */
export interface Targets {
  /** By target. */
  readonly urls: Readonly<Record<string, string>>
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
  { targets, port, context }: Options,
  bodies: readonly string[],
  fileOf?: (target: string) => string,
): Promise<Targets> {
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
    const options = {
      ...{ port: n < places.length ? following(port, places[n]!) : 0, token, open: true },
      ...(fileOf && { file: fileOf(name) }),
    }
    const start = await sandboxOf(name)
    const sandbox = started.adopt(
      await start(options, context, seedOf(name, catalogue, bodies)),
      ({ stop }) => stop(),
    )
    sandboxes.set(name, sandbox)
    urls[name] = sandbox.url
  }
  const running = started.move()
  return { urls, sandboxes, stop: () => running.disposeAsync() }
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
