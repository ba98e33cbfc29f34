import { readFileSync } from 'node:fs'
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

/** What the sandboxes begin with. */
export interface TargetsWorld {
  readonly rolesFile: string
  /** The bodies of the events to come: whoever they name is listed as a member. */
  readonly bodies: readonly string[]
  /** The file that keeps the state of a sandbox; in memory unless given. */
  readonly fileOf?: ((target: string) => string) | undefined
}

/** Starts a sandbox for each target without a URL, on the ports after those of the engines. */
export async function startTargets(
  { targets, port, context }: Options,
  world: TargetsWorld,
): Promise<Targets> {
  const { organizations, projects } = seedsOf(catalogueIn(world.rolesFile), world.bodies)
  const file = (name: string) => (world.fileOf ? { file: world.fileOf(name) } : {})
  const dialect = context.wachtDialect === 'role_ids' ? 'role_ids' : 'role_id'
  const started: { stop(): Promise<void> }[] = []
  const stop = async () => {
    await Promise.all(started.map(sandbox => sandbox.stop()))
  }
  const start = async <T extends { stop(): Promise<void> }>(sandbox: Promise<T>): Promise<T> => {
    started.push(await sandbox)
    return sandbox
  }
  const at = (n: number, name: 'wacht' | 'project') => ({
    port: following(port, n),
    token: targets[name].token,
    open: true,
    ...file(name),
  })
  try {
    const wacht = targets.wacht.url
      ? undefined
      : await start(startWachtSandbox({ ...at(3, 'wacht'), dialect, organizations }))
    const project = targets.project.url
      ? undefined
      : await start(startProjectSandbox({ ...at(4, 'project'), projects }))
    const urls = {
      wacht: targets.wacht.url ?? wacht!.url,
      project: targets.project.url ?? project!.url,
    }
    return { urls, stop, ...(wacht && { wacht }), ...(project && { project }) }
  } catch (error) {
    await stop()
    throw error
  }
}

/** The catalogue as far as a sandbox needs it; the stack checks it and says what is wrong. */
function catalogueIn(file: string): Catalogue {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Catalogue
  } catch {
    return {}
  }
}
