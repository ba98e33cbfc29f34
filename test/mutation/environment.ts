import { TestEnvironment } from 'jest-environment-node'

interface Test {
  mode?: string
  readonly type: string
  readonly children?: readonly Test[]
  readonly errors?: readonly unknown[]
}
interface Happening {
  readonly name: string
  readonly test?: Test
}
interface State {
  readonly rootDescribeBlock: Test
}

/** Shared by the files of a run, which go one after the other in one process; Jest and Stryker load this module each for themselves. */
const run = globalThis as { roleSyncTestFailed?: boolean }

/** A run begins. */
export const beginRun = (): void => {
  run.roleSyncTestFailed = false
}

/**
 * Node's environment, for Stryker: once a test has failed the mutant is caught, and the others of the run are skipped. Jest has
 * a setting for that and does not keep it when it is called from another program.
 */
export default class UntilOneFails extends TestEnvironment {
  handleTestEvent = ({ name, test }: Happening, { rootDescribeBlock }: State): void => {
    if (name === 'test_done' && (test?.errors?.length ?? 0) > 0) run.roleSyncTestFailed = true
    if (run.roleSyncTestFailed && (name === 'run_start' || name === 'test_done')) skip(rootDescribeBlock)
  }
}

function skip(block: Test): void {
  for (const child of block.children ?? []) {
    if (child.type === 'test') child.mode = 'skip'
    else skip(child)
  }
}
