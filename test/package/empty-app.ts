import { type ChildProcessWithoutNullStreams, execFileSync, spawn, spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { root } from '../../infra/paths.ts'

/** What a program printed, and how it ended. */
interface Ran {
  readonly stdout: string
  readonly stderr: string
  readonly status: number | null
}

/** A CDK app of somebody else, in a folder outside of the repository, with the package unpacked from its tarball. */
export interface EmptyApp {
  readonly folder: string
  /** The folder of the unpacked package. */
  readonly installed: string
  readonly manifest: {
    readonly version: string
    readonly bin: Readonly<Record<string, string>>
    readonly dependencies: Readonly<Record<string, string>>
    readonly peerDependencies: Readonly<Record<string, string>>
  }
  write(file: string, content: string): void
  /** Runs JavaScript in the folder of the app. No credentials, no home with any, and a proxy that refuses what would call out. */
  node(args: readonly string[], env?: Readonly<Record<string, string>>, input?: string): Ran
  /** Starts JavaScript in the same way, and does not wait for its end. */
  start(args: readonly string[], env: Readonly<Record<string, string>>): ChildProcessWithoutNullStreams
  remove(): void
}

/** Makes the package and installs it as npm would, but offline: what it depends on is linked from this repository. */
export function createEmptyApp(): EmptyApp {
  const made = mkdtempSync(join(tmpdir(), 'role-sync-package-'))
  execFileSync(process.execPath, [join(root, 'infra/make-package.ts'), made], { encoding: 'utf8' })
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  const folder = join(made, 'app')
  const modules = join(folder, 'node_modules')
  const installed = join(modules, 'role-sync')
  mkdirSync(installed, { recursive: true })
  execFileSync('tar', [
    '-xzf',
    join(made, `role-sync-${version}.tgz`),
    '--strip-components=1',
    '-C',
    installed,
  ])
  // The package as it was packed, not the folder that it was packed from.
  rmSync(join(made, 'package'), { recursive: true })

  const manifest: EmptyApp['manifest'] = JSON.parse(readFileSync(join(installed, 'package.json'), 'utf8'))
  const { dependencies, peerDependencies } = manifest
  for (const name of [...Object.keys({ ...dependencies, ...peerDependencies }), '@types/node']) {
    mkdirSync(dirname(join(modules, name)), { recursive: true })
    symlinkSync(join(root, 'node_modules', name), join(modules, name))
  }
  const settings = (env: Readonly<Record<string, string>>) => ({
    cwd: folder,
    env: {
      ...{ PATH: process.env.PATH, HOME: made, HTTPS_PROXY: 'http://127.0.0.1:9' },
      ...{ AWS_EC2_METADATA_DISABLED: 'true', ...env },
    },
  })
  return {
    ...{ folder, installed, manifest },
    write: (file, content) => writeFileSync(join(folder, file), content),
    node: (args, env = {}, input = '') =>
      spawnSync(process.execPath, args, { ...settings(env), encoding: 'utf8', input }),
    start: (args, env) => spawn(process.execPath, args, settings(env)),
    remove: () => rmSync(made, { recursive: true, force: true }),
  }
}
