import { open, readFile } from 'node:fs/promises'
import { Failure } from './exit.ts'
import { cannotRead } from './input.ts'

/** A file that is being written. */
export interface OutputFile {
  readonly write: (text: string) => Promise<void>
  readonly close: () => Promise<void>
}

/** Makes a file that only this user can read, or empties the one that is there; a Failure says why it cannot be written. */
export async function createFile(file: string): Promise<OutputFile> {
  const cannotWrite = ({ code, message }: NodeJS.ErrnoException): never => {
    throw new Failure(`cannot write ${file}: ${reasons[code ?? ''] ?? code ?? message}`)
  }
  const handle = await open(file, 'w', 0o600).catch(cannotWrite)
  return {
    write: text => handle.appendFile(text).catch(cannotWrite),
    close: () => handle.close(),
  }
}

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'no such folder',
  EISDIR: 'it is a directory',
  EACCES: 'permission denied',
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
