import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from '@jest/globals'
import { root } from '../infra/paths.ts'

/** What would make `npm ci` warn on the Node that the project names. */

interface Locked {
  readonly hasInstallScript?: true
}

const read = (file: string) => JSON.parse(readFileSync(join(root, file), 'utf8'))
const { packages } = read('package-lock.json') as { packages: Readonly<Record<string, Locked>> }
const { allowScripts } = read('package.json') as { allowScripts: Readonly<Record<string, boolean>> }

test('every install script is approved or denied, and nothing else is', () => {
  const withScript = Object.entries(packages).filter(([, { hasInstallScript }]) => hasInstallScript)
  const names = withScript.map(([path]) => path.split('node_modules/').at(-1))
  expect(Object.keys(allowScripts).sort()).toEqual(names.sort())
})

test('only the install script of Node runs: it brings the Node of the scripts', () => {
  expect(Object.entries(allowScripts).filter(([, runs]) => runs)).toEqual([['node', true]])
})

test('no package is installed beside a version that it does not work with', async () => {
  // npm ls ends with an error where one is.
  const list = promisify(execFile)('npm', ['ls', '--all'], { cwd: root, maxBuffer: 64 * 1024 * 1024 })
  await expect(list).resolves.toMatchObject({ stdout: expect.stringContaining('role-sync') })
})
