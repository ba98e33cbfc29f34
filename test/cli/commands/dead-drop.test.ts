import { userInfo } from 'node:os'
import { afterAll, describe, expect } from '@jest/globals'
import { at, jsonOf, letter, name, source } from '../dead-letters.ts'
import { scenario } from '../scenario.ts'
import { startStages } from '../stage.ts'

const stages = await startStages()
afterAll(() => stages.stop())

describe('dead drop', () => {
  scenario('removes letters for good, and logs each with the reason', async () => {
    const stage = await stages.next()
    const [a, , c] = [await letter(stage, 'a'), await letter(stage, 'b'), await stage.letter('no event')]
    const args = ['dead', 'drop', 'a', c as string, '--why', 'HR-4711\u001b', '--by', 'alice']
    const { code, out, err } = await at(stage, args)
    expect({ code, out }).toEqual({
      code: 0,
      out: `2 letters dropped from role-sync-${stage.stage}-dead-letters\n`,
    })
    expect(err.split('\n').toSorted()).toEqual(
      [
        '',
        `dropped (no id) of (no source) (crashed, no member, message ${c}) by alice: HR-4711`,
        `dropped a of ${source} (not_found, ${name}, message ${a}) by alice: HR-4711`,
      ].map(row => row.replace('4711', '4711\ufffd')),
    )
    expect(stage.letters().map(({ body }) => JSON.parse(body).id)).toEqual(['b'])
  })
  scenario('removes what is there, tells what is not, and ends with exit code 1', async () => {
    const stage = await stages.next()
    await letter(stage, 'a')
    const { code, err, json } = await jsonOf(at(stage, ['dead', 'drop', 'a', 'x', '--why', 'w', '--json']))
    expect({ code, json }).toEqual({ code: 1, json: { dropped: 1, failed: 0, missing: ['x'] } })
    expect(err).toContain(` by ${userInfo().username}: w\nNo dead letter with id x (or `)
    expect(stage.letters()).toEqual([])
  })
  scenario(
    'goes on past a letter that SQS does not delete, tells of it and ends with exit code 1',
    async () => {
      const stage = await stages.next()
      for (const id of ['a', 'b', 'c']) await letter(stage, id)
      let deletions = 0
      const refuses = (command: string) => command === 'DeleteMessageBatchCommand' && ++deletions === 2
      const args = ['dead', 'drop', 'a', 'b', 'c', '--why', 'w', '--json']
      const { code, err, json } = await jsonOf(at(stage, args, { refuses }))
      expect({ code, json }).toEqual({ code: 1, json: { dropped: 2, failed: 1, missing: [] } })
      expect(err).toMatch(
        /^failed to drop [abc] of \S+ \(not_found, \S+, message \S+\): SQS: ServiceUnavailable: not now; it stays on role-sync-\S+$/m,
      )
      expect(stage.letters()).toHaveLength(1)
    },
  )
  scenario('removes nothing when it is not clear which event is meant', async () => {
    const stage = await stages.next()
    await letter(stage, 'a')
    await letter(stage, 'b')
    await letter(stage, 'b', 'rejected', { source: '//elsewhere' })
    expect(await at(stage, ['dead', 'drop', 'a', 'b', '--why', 'w'])).toMatchObject({ code: 2, out: '' })
    expect(stage.letters()).toHaveLength(3)
    expect(await at(stage, ['dead', 'drop', '//elsewhere b', '--why', 'w'])).toMatchObject({ code: 0 })
    expect(stage.letters()).toHaveLength(2)
  })
  scenario('by two operators at once removes a letter once', async () => {
    const stage = await stages.next()
    await letter(stage, 'a')
    const drop = () => jsonOf(at(stage, ['dead', 'drop', 'a', '--why', 'w', '--json']))
    const both = await Promise.all([drop(), drop()])
    expect(both.map(({ json }) => json.dropped).toSorted()).toEqual([0, 1])
    expect(both.map(({ code }) => code).toSorted()).toEqual([0, 1])
  })
})
