import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { following } from '../engines/embedded-engines.ts'
import { type Catalogue, seedsOf } from '../sample/sandbox-seeds.ts'
import {
  type ProjectSandbox,
  startProjectSandbox,
  startWachtSandbox,
  type WachtSandbox,
} from '../sandbox/sandboxes.ts'
import type { Options } from './run-options.ts'

/** The targets of a run: a sandbox for each that has no URL. */
export interface Targets {
  readonly urls: { readonly wacht: string; readonly project: string }
  readonly wacht?: WachtSandbox
  readonly project?: ProjectSandbox
  stop(): Promise<void>
}

/**
 * Starts a sandbox for each target without a URL, on the ports after those of the engines. The members that `bodies` name exist
 * there. `fileOf` names the file that keeps the state of a sandbox; without it the state is in memory.
 */
export async function startTargets(
  { targets, port, context }: Options,
  bodies: readonly string[],
  fileOf?: (target: string) => string,
): Promise<Targets> {
  const { organizations, projects } = seedsOf(catalogueIn(context.roles ?? 'infra/roles.json'), bodies)
  const dialect = context.wachtDialect === 'role_ids' ? 'role_ids' : 'role_id'
  const at = (n: number, name: 'wacht' | 'project') => ({
    port: following(port, n),
    token: targets[name].token,
    open: true,
    ...(fileOf && { file: fileOf(name) }),
  })
  await using started = new AsyncDisposableStack()
  const start = async <Server extends { stop(): Promise<void> }>(server: Promise<Server>) =>
    started.adopt(await server, ({ stop }) => stop())
  const wacht = targets.wacht.url
    ? undefined
    : await start(startWachtSandbox({ ...at(3, 'wacht'), dialect, organizations }))
  const project = targets.project.url
    ? undefined
    : await start(startProjectSandbox({ ...at(4, 'project'), projects }))
  const urls = {
    wacht: targets.wacht.url || wacht!.url,
    project: targets.project.url || project!.url,
  }
  const running = started.move()
  return { urls, stop: () => running.disposeAsync(), ...(wacht && { wacht }), ...(project && { project }) }
}

/** The catalogue as far as a sandbox needs it. An unreadable one is empty here: the synthesis says what is wrong with it. */
function catalogueIn(file: string): Catalogue {
  try {
    return JSON.parse(readFileSync(resolve(file), 'utf8')) as Catalogue
  } catch {
    return {}
  }
}
