import { appendFileSync, existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'

/** The folder that `--data` names. */
export interface DataFolder {
  readonly folder: string
  /** Nothing was in it. */
  readonly isNew: boolean
  /** The file that keeps the state of a sandbox. */
  sandboxFile(target: string): string
  /** The crashed letters that were told already, by message id. */
  readonly reported: ReadonlySet<string>
  /** Remembers that a crashed letter was told. */
  report(messageId: string): void
  release(): void
}

/**
 * Takes a folder for this run alone; throws when another run has it, or when it is not empty and no run made it. The lock is SQLite's, which is the operating
 * system's: it ends with the process, however that ends, so that no lock is ever stale.
 */
export function openData(folder: string): DataFolder {
  makeFolder(folder)
  const content = readdirSync(folder)
  const isNew = content.length === 0
  // A run writes here as it likes, and removes: what was not made by one must not be in its way.
  if (!isNew && !content.includes('lock'))
    throw new Error(`${folder} holds something else than an earlier run`)
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

/** Makes a folder with those above it, one by one: under /proc, Node's own recursive way (of 24.21) never returns. */
function makeFolder(folder: string): void {
  if (existsSync(folder)) return
  makeFolder(dirname(folder))
  try {
    mkdirSync(folder)
  } catch (error) {
    throw new Error(`the folder ${folder} cannot be made: ${(error as NodeJS.ErrnoException).code}`)
  }
}
