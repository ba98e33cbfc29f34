import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createReadStream, rmSync } from 'node:fs'
import {
  access,
  constants,
  type FileHandle,
  lstat,
  mkdtemp,
  open,
  readFile,
  stat,
  unlink,
  writeFile,
} from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { addAbortSignal, type Readable } from 'node:stream'
import type { CliWorld, Environment } from './cli-world.ts'
import { Failure } from './exit-codes.ts'

/** A file that is being written. */
export interface OutputFile {
  readonly write: (text: string) => Promise<void>
  readonly close: () => Promise<void>
}

/**
 * Makes a file that only this user can read, in the place of one that is there: who may read that one, or has it open, sees
 * nothing of the new one. A pipe or a device is written to as it is. A Failure says why it cannot be written.
 */
export async function createFile(file: string): Promise<OutputFile> {
  const cannotWrite = ({ code, message }: NodeJS.ErrnoException): never => {
    throw new Failure(`cannot write ${file}: ${writeReasons[code ?? ''] ?? code ?? message}`)
  }
  const handle = await openOwn(file).catch(cannotWrite)
  return {
    write: text => handle.appendFile(text).catch(cannotWrite),
    close: () => handle.close(),
  }
}

async function openOwn(file: string): Promise<FileHandle> {
  const entry = await lstat(file).catch(unlessMissing)
  const isLink = entry?.isSymbolicLink() ?? false
  const found = isLink ? await stat(file).catch(unlessMissing) : entry
  if (found && !found.isFile()) return open(file, 'w')
  if (isLink) throw Object.assign(new Error('a symbolic link'), { code: 'ELOOP' })
  if (found) await unlink(file)
  return open(file, 'wx', 0o600) // `x` follows no link that somebody put there meanwhile
}

function unlessMissing(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT') throw error
}

const writeReasons: Readonly<Record<string, string>> = {
  ENOENT: 'no such folder',
  EISDIR: 'it is a directory',
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  ELOOP: 'it is a symbolic link; name the file itself',
  EEXIST: 'somebody else has just made it',
  ENOSPC: 'no space left',
}

/** The JSON in a file that holds a `what`; a Failure says why it cannot be read. */
export async function readJson(file: string, what: string): Promise<unknown> {
  const text = await readFile(file, 'utf8').catch(cannotRead(file))
  try {
    return JSON.parse(text.replace(/^\ufeff/, ''))
  } catch {
    throw new Failure(`wrong ${what} ${file}: must be JSON`)
  }
}

/** What a command reads. */
interface Input {
  readonly chunks: AsyncIterable<Uint8Array>
  /** In bytes; undefined where it is not known beforehand. */
  readonly size: number | undefined
}

/**
 * A file, or standard input for `-`; opened when its first chunk is asked for. One that cannot be read is a Failure, here
 * or then. When the command is told to stop, reading rejects, so that a line cut short never passes for a whole one.
 */
export async function openInput(file: string, { stdin, stop }: CliWorld): Promise<Input> {
  if (file === '-') {
    return { chunks: reading('standard input', () => addAbortSignal(stop, stdin), stop), size: undefined }
  }
  const stats = await readable(file).catch(cannotRead(file))
  const open = () => createReadStream(file, { signal: stop, highWaterMark: 262_144 })
  return { chunks: reading(file, open, stop), size: stats.isFile() ? stats.size : undefined }
}

/** Turns an error of the file system into a Failure that names the file. */
const cannotRead =
  (file: string) =>
  (error: unknown): never => {
    const { code, message } = error as NodeJS.ErrnoException
    throw new Failure(`cannot read ${file}: ${readReasons[code ?? ''] ?? code ?? message}`)
  }

const readReasons: Readonly<Record<string, string>> = {
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

/**
 * Lets a person edit text, and answers what was saved. The file is readable by this user only, and is gone when this
 * returns, and when the process ends before it does. A Failure where there is no editor, or where it ends with an error.
 */
export async function edited(text: string, env: Environment): Promise<string> {
  const editor = env.VISUAL || env.EDITOR
  if (!editor) throw new Failure('no editor: set EDITOR, or use --set path=value')
  const folder = await mkdtemp(join(tmpdir(), 'role-sync-'))
  const clear = () => rmSync(folder, { recursive: true, force: true })
  process.once('exit', clear)
  try {
    const file = join(folder, 'event.json')
    await writeFile(file, text, { mode: 0o600, flag: 'wx' })
    await openEditor(editor, file, env)
    return await readFile(file, 'utf8')
  } finally {
    process.off('exit', clear)
    clear()
  }
}

/** Through a shell, as git does it: an editor may come with options (`code --wait`). */
async function openEditor(editor: string, file: string, env: Environment): Promise<void> {
  const child = spawn('/bin/sh', ['-c', `${editor} "$0"`, file], { stdio: 'inherit', env: { ...env } })
  const [code] = await once(child, 'close')
  if (code !== 0) throw new Failure(`the editor (${editor}) ended with ${code}: nothing was changed`)
}
