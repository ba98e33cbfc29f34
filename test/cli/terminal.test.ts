import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from '@jest/globals'
import { at, entryBy, letter, name } from './dead-letters.ts'
import { environmentOf, type Stage, startStages } from './stage.ts'
import { startOnTerminal } from './terminal.ts'

const stages = await startStages()
const folder = mkdtempSync(join(tmpdir(), 'role-sync-cli-'))
afterAll(async () => {
  await stages.stop()
  rmSync(folder, { recursive: true })
})

/** Starts the command line on a real terminal. */
const start = (stage: Stage, args: readonly string[], env = {}) =>
  startOnTerminal('functions/cli/main.ts', args, { ...environmentOf(stage), ...env })

describe('on a terminal', () => {
  const esc = '\u001b['
  test.each<[string, string[], object, boolean]>([
    ['has a colour', [], {}, true],
    ['has none with NO_COLOR', [], { NO_COLOR: '1' }, false],
    ['has none with --no-color', ['--no-color'], {}, false],
    ['has one with --color, whatever NO_COLOR says', ['--color'], { NO_COLOR: '1' }, true],
  ])('a state %s', async (_, args, env, isColored) => {
    const stage = await stages.next()
    await stage.entry(entryBy('e1'))
    const shown = start(stage, ['status', 'e1', '--member', name, ...args], env)
    expect(await shown.ended).toBe(0)
    expect(shown.text()).toContain('applied: confirmed at the target')
    expect(shown.raw().includes(`${esc}32mapplied`)).toBe(isColored)
    if (!isColored) expect(shown.raw()).not.toContain(esc)
  })
  test('a table fits into 80 columns', async () => {
    const stage = await stages.next()
    for (const id of ['a', 'wd-2026-000123-with-a-name-that-is-too-long']) await letter(stage, id)
    const list = start(stage, ['dead', 'list'])
    expect(await list.ended).toBe(0)
    const rows = list.text().split('\n')
    expect(rows.filter(row => row.startsWith('│'))).toHaveLength(3)
    for (const row of rows.filter(row => /^[│┌└├]/.test(row))) expect(row).toHaveLength(80)
    expect(list.text()).not.toContain('receives')
  })
})

describe('replay apply on a terminal', () => {
  /** A stage with one letter, whose plan is in a file. */
  async function planned() {
    const stage = await stages.next()
    await letter(stage, 'a')
    const file = join(folder, `${stage.stage}.json`)
    expect(await at(stage, ['replay', 'plan', '--out', file])).toMatchObject({ code: 0 })
    const applying = start(stage, ['replay', 'apply', file])
    await applying.until(/send 1, remove 0\? \[y\/N\] $/)
    return { stage, applying }
  }
  test('asks, shows its progress, and says what to do next', async () => {
    const { stage, applying } = await planned()
    applying.type('y\r')
    expect(await applying.ended).toBe(0)
    expect(applying.text()).toMatch(/applying [0-9a-f]{12} .*100% \| 1 sent, 0 removed/)
    expect(applying.text()).toMatch(/1 sent, 0 removed, 0 refused\nnext: role-sync replay verify .*\.json\n$/)
    expect({ letters: stage.letters().length, changes: stage.changes().length }).toEqual({
      letters: 0,
      changes: 1,
    })
  })
  test('changes nothing without a yes', async () => {
    const { stage, applying } = await planned()
    applying.type('n\r')
    expect(await applying.ended).toBe(1)
    expect(applying.text()).toMatch(/Nothing was changed\.\n$/)
    expect(stage.letters()).toHaveLength(1)
  })
  test('changes nothing after Ctrl-C, and ends with 130', async () => {
    const { stage, applying } = await planned()
    applying.type('\x03')
    expect(await applying.ended).toBe(130)
    expect(stage.letters()).toHaveLength(1)
  })
})
