import { execFileSync } from 'node:child_process'
import { describe, expect, test } from '@jest/globals'
import { mendOfAll, mendOfOne } from '../../../functions/cli/page/mend-commands.ts'
import { letterReasons } from '../../../functions/core/dead-letter/reason.ts'
import { entryOf } from '../../support/entries.ts'
import { bodyOf, type SourceTest, sourceTest } from './page-world.ts'

const trail = (detail: string) => JSON.stringify({ detail, status: 404, receives: 3 })
const failuresOf = async ({ source }: SourceTest) => (await source.overview()).failures

describe('dead letters', () => {
  test('are grouped by reason and detail, the most frequent cause first, with the newest of each', async () => {
    const world = sourceTest()
    for (let n = 1; n <= 7; n++) {
      world.at += 1000
      world.bury(`l${n}`, bodyOf(`wd-${n}`), { reason: 'not_found', trail: trail('nobody') })
    }
    world.bury('other', bodyOf('wd-8'), { reason: 'not_found', trail: trail('no organization') })
    const [first, second, ...rest] = await failuresOf(world)
    expect(rest).toEqual([])
    expect(first).toMatchObject({ reason: 'not_found', detail: 'nobody', count: 7 })
    expect(first!.rows.map(({ event }) => event)).toEqual(['wd-7', 'wd-6', 'wd-5', 'wd-4', 'wd-3'])
    expect(second).toMatchObject({ detail: 'no organization', count: 1 })
  })
  test('of very many causes are counted where they are not shown', async () => {
    const world = sourceTest()
    for (let n = 0; n < 30; n++)
      world.bury(`l${n}`, bodyOf(`wd-${n}`), { reason: 'rejected', trail: trail(`cause ${n}`) })
    const { failures, otherLetters, health } = await world.source.overview()
    expect(failures.length + otherLetters).toBe(30)
    expect(failures.length).toBeLessThan(20)
    expect(health.sentence).toContain('30 changes need a person')
  })
  test('disappear when they are replayed', async () => {
    const world = sourceTest()
    world.bury('l1', bodyOf('wd-1'), { reason: 'not_found' })
    expect(await failuresOf(world)).toHaveLength(1)
    world.letters.length = 0
    expect(await failuresOf(world)).toEqual([])
  })
  test('of an earlier run have a story too', async () => {
    const world = sourceTest()
    world.bury('l1', bodyOf('wd-1'), { reason: 'not_found', trail: trail('nobody') })
    const [group] = await failuresOf(world)
    expect(await world.source.story(group!.rows[0]!.id)).toMatchObject({
      row: { event: 'wd-1', state: 'dead' },
      steps: [{ text: 'Dead letter: not_found', detail: 'nobody' }],
      letter: { reason: 'not_found', detail: 'nobody', body: bodyOf('wd-1'), unproven: false },
    })
  })
  test('that SQS moved read as crashed, and their unproven write is in the ledger', async () => {
    const world = sourceTest()
    world.bury('l1', bodyOf('wd-1'))
    const [group] = await failuresOf(world)
    expect(group).toMatchObject({ reason: 'crashed', detail: '' })
    const { member } = (await world.source.story(group!.rows[0]!.id))!
    world.entries.set(member, entryOf({ unproven: 'wd-1' }))
    expect(await world.source.story(group!.rows[0]!.id)).toMatchObject({ letter: { unproven: true } })
  })
  test.each(['', 'no json', '[]', 'null', '{"detail":{},"status":"404"}'])(
    'with a trail of %j are shown without a detail',
    async text => {
      const world = sourceTest()
      world.bury('l1', 'no event', { reason: 'rejected', trail: text })
      expect(await failuresOf(world)).toMatchObject([
        { reason: 'rejected', detail: '', rows: [{ event: '(unreadable)', who: '' }] },
      ])
    },
  )
  test('with very long texts are cut', async () => {
    const world = sourceTest()
    world.bury('l1', 'x'.repeat(200_000), { reason: 'rejected', trail: trail('x'.repeat(100_000)) })
    const [group] = await failuresOf(world)
    const story = await world.source.story(group!.rows[0]!.id)
    expect(JSON.stringify([group, story]).length).toBeLessThan(10_000)
  })
})

describe('the commands that mend', () => {
  test.each(letterReasons)('exist for %s', reason => {
    expect(mendOfAll(reason).commands[0]).toBe(`npx role-sync replay plan --reason ${reason} --out plan.json`)
    const last = reason === 'held' ? "hold approve plan.json --why 'WHY'" : 'replay apply plan.json'
    expect(mendOfOne(reason, 'a-b', 'wd-1').commands.at(-1)).toBe(`npx role-sync ${last}`)
  })
  test('of an event that is wrong begin with its correction', () => {
    expect(mendOfOne('unknown_role', 'a-b', 'wd-1').commands).toEqual([
      'npx role-sync dead edit a-b',
      'npx role-sync replay plan --event=wd-1 --out plan.json',
      'npx role-sync replay apply plan.json',
    ])
  })
  test.each(['$(touch taken)', "it's `touch taken`", '--reason x', 'a b', '"', '&& touch taken', '!!'])(
    'give a shell the id %j as one word',
    id => {
      const [plan] = mendOfOne('rejected', 'a-b', id).commands
      const script = `npx() { for word; do printf '%s\\n' "$word"; done; }\n${plan}`
      const words = execFileSync('sh', ['-c', script], { encoding: 'utf8' }).trimEnd().split('\n')
      expect(words).toEqual(['role-sync', 'replay', 'plan', `--event=${id}`, '--out', 'plan.json'])
    },
  )
  test.each([null, 'a\nb', 'a\u001bb', 'a\u202eb'])('name the reason where the id is %j', id => {
    expect(mendOfOne('rejected', 'a-b', id).commands[0]).toContain('plan --reason rejected --out')
  })
})
