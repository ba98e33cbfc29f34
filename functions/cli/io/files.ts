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
  rm,
  stat,
  unlink,
  writeFile,
} from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { addAbortSignal, type Readable } from 'node:stream'
import type { CliWorld, Environment } from './cli-world.ts'
import { Failure } from './exit-codes.ts'
import { jsonText } from './output.ts'

export interface OutputFile {
  readonly write: (text: string) => Promise<void>
  readonly close: () => Promise<void>
}

/**
 * Creates a file that only this user can read. An existing file is deleted first, so that its readers cannot see the new
 * content. A pipe or a device is written to directly. Rejects with a Failure if the file cannot be written.
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
  return open(file, 'wx', 0o600) // `x` follows no link that was created meanwhile
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
  EEXIST: 'another process has just created it',
  ENOSPC: 'no space left',
}

/** Values of JSON that are kept outside of memory, in the order in which they were added. */
export interface Spool<T> {
  readonly add: (value: T) => Promise<void>
  readonly values: () => AsyncIterable<T>
  readonly close: () => Promise<void>
}

/** Opens a spool in a file without a name: nothing is left of it, however the process ends. */
export async function openSpool<T>(): Promise<Spool<T>> {
  const folder = await mkdtemp(join(tmpdir(), 'role-sync-'))
  const handle = await open(join(folder, 'spool'), 'wx+', 0o600)
  await rm(folder, { recursive: true })
  return {
    // No line break but `\n`: `jsonText` escapes the others, at which readline breaks a line, too.
    add: value => handle.appendFile(`${jsonText(value)}\n`),
    values: async function* () {
      for await (const line of handle.readLines({ start: 0, autoClose: false })) yield JSON.parse(line) as T
    },
    close: () => handle.close(),
  }
}

/** Reads a JSON file. `what` names its content in errors. Rejects with a Failure if it cannot be read. */
export async function readJson(file: string, what: string): Promise<unknown> {
  const text = await readFile(file, 'utf8').catch(cannotRead(file))
  try {
    return JSON.parse(text.replace(/^\ufeff/, ''))
  } catch {
    throw new Failure(`wrong ${what} ${file}: must be JSON`)
  }
}

interface Input {
  /** Its name in errors. */
  readonly name: string
  readonly chunks: AsyncIterable<Uint8Array>
  /** In bytes. Undefined if unknown. */
  readonly size: number | undefined
}

/**
 * Opens a file, or standard input for `-`, at the first read. Rejects with a Failure if it cannot be read. When the command
 * must stop, reading rejects, so that a partial line never counts as whole.
 */
export async function openInput(file: string, { stdin, stop }: CliWorld): Promise<Input> {
  if (file === '-') {
    const name = 'standard input'
    return { name, chunks: reading(name, () => addAbortSignal(stop, stdin), stop), size: undefined }
  }
  const stats = await readable(file).catch(cannotRead(file))
  const open = () => createReadStream(file, { signal: stop, highWaterMark: 262_144 })
  return { name: file, chunks: reading(file, open, stop), size: stats.isFile() ? stats.size : undefined }
}

/** Turns a file system error into a Failure that names the file. */
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
 * Opens text in the user's editor and returns what was saved. Only this user can read the temporary file; it is removed on
 * return and at the exit of the process. Rejects with a Failure if there is no editor or if it fails.
 */
export async function editText(text: string, env: Environment): Promise<string> {
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

/** Runs the editor through a shell, as git does: EDITOR may contain options (`code --wait`). */
async function openEditor(editor: string, file: string, env: Environment): Promise<void> {
  const child = spawn('/bin/sh', ['-c', `${editor} "$0"`, file], { stdio: 'inherit', env: { ...env } })
  const [code] = await once(child, 'close')
  if (code !== 0)
    throw new Failure(`the editor (${editor}) ended with exit code ${code}: nothing was changed`)
}
