import { type ChildProcess, spawn } from 'node:child_process'
import { racingTests } from './racing.ts'

/**
 * `npm run test:busy -- [options of Jest]`: runs the tests in which a race could be beside two loops that leave them about half
 * of two cores. Ends with the exit code of Jest.
 */
// A loop ends by itself when nobody is left to end it.
const loop = 'const parent = process.ppid; while (process.ppid === parent);'
const loops = [1, 2].map(() => spawn(process.execPath, ['--eval', loop], { stdio: 'ignore' }))
const flags = ['--disable-warning=ExperimentalWarning', '--experimental-vm-modules']
// Those of the package are no part of Jest's own list.
const all = ['--testMatch', '<rootDir>/test/**/*.{test,check}.ts']
const options = [...all, '--runTestsByPath', ...racingTests(), ...process.argv.slice(2)]
const jest = spawn(process.execPath, [...flags, 'node_modules/jest/bin/jest.js', ...options], {
  stdio: 'inherit',
})

const end = (children: readonly ChildProcess[]) => {
  for (const child of children) child.kill()
}
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => end([jest, ...loops]))
jest.on('close', code => {
  end(loops)
  process.exitCode = code ?? 1
})
