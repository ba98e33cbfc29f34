import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { beginRun } from './environment.ts'

interface File {
  readonly path: string
}
interface Results {
  readonly testResults: readonly {
    readonly testFilePath: string
    readonly testResults: readonly { readonly fullName: string }[]
  }[]
}

/** In the sandbox, which Stryker deletes: the names of the tests of each file. */
const known = '.stryker-test-names.json'

/**
 * Jest's order of test files, for Stryker: of the files that are related to a mutant only those are loaded that have a test
 * which reaches it. Stryker names these tests, and Jest by itself loads every file to look for the names. The first run,
 * without a mutant, writes down which file has which tests.
 */
export default class CoveringFiles {
  readonly #pattern: string | undefined

  constructor({ globalConfig }: { globalConfig: { testNamePattern?: string } }) {
    this.#pattern = globalConfig.testNamePattern
    beginRun()
  }

  /** The files to run. */
  sort<T extends File>(files: readonly T[]): T[] {
    if (!this.#pattern || !existsSync(known)) return [...files]
    const names = JSON.parse(readFileSync(known, 'utf8')) as Record<string, string[]>
    const wanted = new RegExp(this.#pattern, 'i')
    return files.filter(({ path }) => names[path]?.some(name => wanted.test(name)) ?? true)
  }

  /** What a run without a mutant shows. */
  cacheResults(_: readonly File[], { testResults }: Results): void {
    if (this.#pattern) return
    const names = testResults.map(file => [file.testFilePath, file.testResults.map(test => test.fullName)])
    writeFileSync(known, JSON.stringify(Object.fromEntries(names)))
  }
}
