import { spawn } from 'node:child_process'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { pathToFileURL } from 'node:url'
import { root } from '../../../infra/paths.ts'

/** What one command took, from the start of its process to its end. */
export interface CommandRun {
  readonly seconds: number
  /** Its largest resident set, in bytes. */
  readonly peakBytes: number
}

const program = join(root, 'functions/cli/main.ts')
const peakMemory = pathToFileURL(join(import.meta.dirname, 'peak-memory.ts')).href

/** Runs `role-sync` in a process of its own; its standard output is dropped. Rejects unless it ends with code 0. */
export async function runCommand(
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<CommandRun> {
  const start = performance.now()
  const child = spawn(process.execPath, ['--import', peakMemory, program, ...args], {
    env: { ...env, NODE_OPTIONS: '--disable-warning=ExperimentalWarning' },
    stdio: ['ignore', 'ignore', 'pipe', 'pipe'],
  })
  const ended = Promise.withResolvers<number | null>()
  child.on('error', ended.reject).on('close', ended.resolve)
  const [code, errors, peak] = await Promise.all([
    ended.promise,
    text(child.stdio[2] as Readable),
    text(child.stdio[3] as Readable),
  ])
  const seconds = (performance.now() - start) / 1000
  if (code !== 0) throw new Error(`${args.join(' ')} ended with ${code}: ${errors.slice(-500)}`)
  return { seconds, peakBytes: Number(peak) }
}
