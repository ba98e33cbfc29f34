import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'

/** Holds the state of one sandbox. */
export interface Store<State> {
  get(): State
  set(state: State): void
}

/**
 * A store in memory that begins with `seed`. With a `file` it begins with the state in the file, and writes every change to a
 * second file that it renames: a kill never leaves half a file.
 */
export function store<State>(seed: State, file?: string): Store<State> {
  let state = file === undefined ? seed : (readState<State>(file) ?? seed)
  return {
    get: () => state,
    set: next => {
      if (next === state) return
      state = next
      if (file !== undefined) writeState(file, next)
    },
  }
}

function readState<State>(file: string): State | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as State
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}

function writeState(file: string, state: unknown): void {
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(`${file}.new`, JSON.stringify(state))
  renameSync(`${file}.new`, file)
}
