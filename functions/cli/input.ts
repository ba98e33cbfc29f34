import { createReadStream } from 'node:fs'
import { access, constants, stat } from 'node:fs/promises'
import { addAbortSignal, type Readable } from 'node:stream'
import { Failure } from './exit.ts'
import type { World } from './world.ts'

/** What a command reads. */
export interface Input {
  readonly chunks: AsyncIterable<Uint8Array>
  /** In bytes; undefined where it is not known beforehand. */
  readonly size: number | undefined
}

/**
 * A file, or standard input for `-`; opened when its first chunk is asked for. One that cannot be read is a Failure, here
 * or then. When the command is told to stop, reading rejects, so that a line cut short never passes for a whole one.
 */
export async function openInput(file: string, { stdin, stop }: World): Promise<Input> {
  if (file === '-') {
    return { chunks: reading('standard input', () => addAbortSignal(stop, stdin), stop), size: undefined }
  }
  const stats = await readable(file).catch(cannotRead(file))
  const open = () => createReadStream(file, { signal: stop, highWaterMark: 262_144 })
  return { chunks: reading(file, open, stop), size: stats.isFile() ? stats.size : undefined }
}

/** Turns an error of the file system into a Failure that names the file. */
export const cannotRead =
  (file: string) =>
  (error: unknown): never => {
    const { code, message } = error as NodeJS.ErrnoException
    throw new Failure(`cannot read ${file}: ${reasons[code ?? ''] ?? code ?? message}`)
  }

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'no such file',
  EISDIR: 'it is a directory',
  EACCES: 'permission denied',
}

async function readable(file: string) {
  await access(file, constants.R_OK)
  const stats = await stat(file)
  if (stats.isDirectory()) throw Object.assign(new Error('a directory'), { code: 'EISDIR' })
  return stats
}

async function* reading(file: string, open: () => Readable, stop: AbortSignal): AsyncGenerator<Uint8Array> {
  try {
    yield* open()
  } catch (error) {
    if (stop.aborted) throw error
    cannotRead(file)(error)
  }
}
