import { type FileHandle, lstat, open, readFile, stat, unlink } from 'node:fs/promises'
import { Failure } from './exit.ts'
import { cannotRead } from './input.ts'

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
    throw new Failure(`cannot write ${file}: ${reasons[code ?? ''] ?? code ?? message}`)
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

const reasons: Readonly<Record<string, string>> = {
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
