import { mkdtempSync, openSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { bodyOf, engineerRole } from '../support/events.ts'
import { letter, name } from './dead-letters.ts'
import { runProgram, startProgram } from './program.ts'
import { environmentOf, type Stage, startStages } from './stage.ts'

const stages = await startStages()
const folder = mkdtempSync(join(tmpdir(), 'role-sync-cli-'))
const events = join(folder, 'events.ndjson')
const bad = join(folder, 'bad.ndjson')
const plan = join(folder, 'plan.json')
let stage: Stage
let env: Record<string, string>

beforeAll(async () => {
  stage = await stages.next()
  env = environmentOf(stage)
  writeFileSync(events, `${bodyOf()}\n`.repeat(3000))
  writeFileSync(bad, `${bodyOf()}\n`.repeat(3000).concat('nope\n'))
  for (const id of ['a', 'b', 'c']) await letter(stage, id)
  await runProgram(['replay', 'plan', '--out', plan], env)
})
afterAll(async () => {
  await stages.stop()
  rmSync(folder, { recursive: true })
})

/** Every command, with an output of which nobody reads anything, and the exit code of its work. */
const commands: readonly { readonly args: readonly string[]; readonly code: number }[] = [
  { args: ['--help'], code: 0 },
  { args: ['--version'], code: 0 },
  { args: ['nonsense'], code: 2 },
  { args: ['schema'], code: 0 },
  { args: ['check', events], code: 0 },
  { args: ['check', bad], code: 1 },
  { args: ['check', bad, '--json'], code: 1 },
  { args: ['send', events, '--json'], code: 0 },
  { args: ['send', bad], code: 1 },
  { args: ['member', name, '--json'], code: 1 },
  { args: ['dead', 'list'], code: 0 },
  { args: ['dead', 'list', '--json'], code: 0 },
  { args: ['dead', 'show', 'a', '--json'], code: 0 },
  { args: ['dead', 'export', '-'], code: 0 },
  { args: ['dead', 'edit', 'a', '--set', `data.roleId=${engineerRole}`, '--json'], code: 0 },
  { args: ['dead', 'drop', 'c', '--why', 'w', '--json'], code: 0 },
  { args: ['replay', 'plan'], code: 0 },
  { args: ['replay', 'plan', '--json'], code: 0 },
  { args: ['replay', 'apply', plan, '--yes', '--json'], code: 1 },
]

describe('nobody reads what is printed', () => {
  test.each(commands.map(({ args, code }) => ({ args, code, words: args.join(' ').replace(folder, '') })))(
    '$words ends quietly, with the exit code of its work',
    async ({ args, code }) => {
      const { child, ended } = startProgram(args, env)
      child.stdin.end()
      child.stdout.destroy()
      const result = await ended
      expect(result.code).toBe(code)
      expect(result.err).not.toMatch(/^\s+at |Error:|node:|the export is incomplete/m)
    },
  )
  test.each([[['nonsense']], [['check', events]], [['dead', 'list']]])(
    '%j ends also where its remarks are not read either',
    async args => {
      const { child, ended } = startProgram(args, env)
      child.stdin.end()
      child.stdout.destroy()
      child.stderr.destroy()
      expect((await ended).code).toBe(args[0] === 'nonsense' ? 2 : 0)
    },
  )
})

test.each([[['schema']], [['--help']], [['check', events, '--json']]])(
  'on a full disk %j says so in one line, with exit code 2',
  async args => {
    const full = openSync('/dev/full', 'w')
    const { ended } = startProgram(args, env, full)
    expect(await ended).toMatchObject({
      code: 2,
      err: 'role-sync: cannot write to standard output: ENOSPC\n',
    })
  },
)
