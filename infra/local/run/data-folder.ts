import { appendFileSync, existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'

/** The folder that `--data` names. */
export interface DataFolder {
  readonly folder: string
  /** Whether it was empty. */
  readonly isNew: boolean
  /** The file that keeps the state of a sandbox. */
  sandboxFile(target: string): string
  /** The message ids of crashed letters that an earlier run reported. */
  readonly reported: ReadonlySet<string>
  /** Adds to `reported`. */
  report(messageId: string): void
  release(): void
}

/**
 * Locks a folder for this run. Throws if another run has it, or if it is not empty and not from an earlier run. The lock is
 * SQLite's. The operating system releases it with the process, so it is never stale.
 */
export function openData(folder: string): DataFolder {
  makeFolder(folder)
  const content = readdirSync(folder)
  const isNew = content.length === 0
  // A run writes and removes files here, so it must not touch other people's.
  if (!isNew && !content.includes('lock'))
    throw new Error(`${folder} is not empty and is not from an earlier run; name another folder`)
  const lock = new DatabaseSync(join(folder, 'lock'))
  try {
    lock.exec('PRAGMA busy_timeout = 0; BEGIN EXCLUSIVE')
  } catch {
    lock.close()
    throw new Error(`${folder} is in use by another run`)
  }
  const told = join(folder, 'crashed-letters')
  const reported = new Set(existsSync(told) ? readFileSync(told, 'utf8').split('\n').filter(Boolean) : [])
  return {
    folder,
    isNew,
    sandboxFile: target => join(folder, 'sandbox', `${target}.json`),
    reported,
    report: id => {
      reported.add(id)
      appendFileSync(told, `${id}\n`)
    },
    release: () => lock.close(),
  }
}

/** Creates a folder and its parents one by one: `recursive` of Node 24.21 never returns under /proc. */
function makeFolder(folder: string): void {
  if (existsSync(folder)) return
  makeFolder(dirname(folder))
  try {
    mkdirSync(folder)
  } catch (error) {
    throw new Error(`cannot create the folder ${folder}: ${(error as NodeJS.ErrnoException).code}`)
  }
}
