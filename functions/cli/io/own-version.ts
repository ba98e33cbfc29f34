import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import type { Environment } from './cli-world.ts'

const root = join(import.meta.dirname, '../../..')

/** The version in `package.json`. */
export const ownVersion = (): string => JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).version

/**
 * The commit of this checkout, which ends with `-dirty` where a file differs from it. Undefined without git, and in the npm package: the
 * repository that it is installed in is another one.
 */
export async function ownCommit(env: Environment): Promise<string | undefined> {
  const args = ['-C', root, 'describe', '--always', '--dirty', '--abbrev=40', '--exclude=*']
  try {
    const { stdout } = await promisify(execFile)('git', args, {
      env: { ...env, GIT_CEILING_DIRECTORIES: dirname(root) },
    })
    return stdout.trim()
  } catch {
    return undefined
  }
}
