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

describe('held changes', () => {
  const burst = { reason: 'held', guard: 'burst', sender: 'intake/okta' }
  const withdrawal = (id: string, membershipId: string) =>
    bodyOf(id, { data: { membershipId, role: 'member' } })
  const organization = 'wacht/7301954381230018561'

  test('of a burst are one group, with how many people and since when, and are no failures', async () => {
    const world = sourceTest()
    const failedAt = new Date(world.at).toISOString()
    world.at += 7_200_000 // a drain renewed the letter
    world.bury('l1', withdrawal('wd-1', '11'), {
      ...burst,
      trail: JSON.stringify({ detail: 'more than 3', failedAt }),
    })
    for (const [id, member] of Object.entries({ 'wd-2': '12', again: '12' }))
      world.bury(id, withdrawal(id, member), burst)
    const { held, failures, otherHeld, otherLetters, health } = await world.source.overview()
    expect({ failures, otherHeld, otherLetters }).toEqual({ failures: [], otherHeld: 0, otherLetters: 0 })
    expect(health.sentence).toContain('3 changes need a person')
    expect(held).toMatchObject([
      {
        ...{ guard: 'burst', sender: 'intake/okta', scope: organization, role: 'member' },
        ...{ people: 2, letters: 3, since: Date.parse(failedAt), detail: 'more than 3' },
        rows: [{ event: 'wd-1', who: 'wacht 11' }, { event: 'wd-2' }, { event: 'again' }],
        commands: {
          release: [
            'npx role-sync hold list',
            'npx role-sync replay plan --guard burst --sender intake/okta --out plan.json',
            "npx role-sync hold approve plan.json --why 'WHY'",
          ],
          reject: ["npx role-sync hold reject plan.json --why 'WHY'"],
        },
      },
    ])
  })
  test('of last_owner are one group for each scope and role, whoever sent them', async () => {
    const world = sourceTest()
    const trail = JSON.stringify({
      detail: `would leave 1 other member of ${organization} with the role owner, 2 must stay`,
    })
    world.bury('l1', withdrawal('wd-1', '11'), { ...burst, guard: 'last_owner', trail })
    world.bury('l2', withdrawal('wd-2', '12'), { ...burst, guard: 'last_owner', trail, sender: 'intake/hr' })
    const { held } = await world.source.overview()
    expect(held).toMatchObject([
      {
        ...{ guard: 'last_owner', sender: '', scope: organization, role: 'owner', people: 2, letters: 2 },
        commands: { release: { 1: 'npx role-sync replay plan --guard last_owner --out plan.json' } },
      },
    ])
  })
  test('of another guard, sender, scope or role are another group', async () => {
    const world = sourceTest()
    world.bury('l1', withdrawal('wd-1', '11'), burst)
    world.bury('l2', withdrawal('wd-2', '12'), { ...burst, sender: 'intake/hr' })
    world.bury('l3', withdrawal('wd-3', '13'), { ...burst, guard: 'protected' })
    world.bury('l4', bodyOf('wd-4', { data: { roleId: '7301954381230017003', role: undefined } }), burst)
    world.bury('l5', 'unreadable', burst)
    const { held } = await world.source.overview()
    expect(held.map(({ guard, sender, role, letters }) => [guard, sender, role, letters])).toEqual([
      ['burst', 'intake/okta', 'member', 2],
      ['burst', 'intake/hr', 'member', 1],
      ['protected', 'intake/okta', '', 1],
      ['burst', 'intake/okta', '', 1],
    ])
  })
  test('of very many groups and members are counted where they are not shown', async () => {
    const world = sourceTest()
    for (let n = 0; n < 30; n++)
      world.bury(`l${n}`, withdrawal(`wd-${n}`, '1'), { ...burst, sender: `AIDA${n}` })
    for (let n = 0; n < 600; n++)
      world.bury(`m${n}`, withdrawal(`of-one-${n}`, `${n + 1}`), { ...burst, sender: 'AIDA0' })
    const { held, otherHeld } = await world.source.overview()
    expect(held.reduce((sum, { letters }) => sum + letters, otherHeld)).toBe(630)
    expect(held.length).toBeLessThan(20)
    expect(held[0]).toMatchObject({ letters: 601, people: 600 })
    expect(held[0]!.rows.length).toBeLessThanOrEqual(50)
  })
  test.each([
    ['no sender', { sender: '' }, '--guard burst'],
    ['a sender that steers a terminal', { sender: 'a\u001bb\nrm' }, '--guard burst'],
    ['a sender with a quote', { sender: "it's" }, `--guard burst --sender 'it'\\''s'`],
    ['a guard that is none', { guard: '$(touch taken)' }, '--reason held'],
  ])('with %s have a command that a shell takes as it is meant', async (_, attributes, filter) => {
    const world = sourceTest()
    world.bury('l1', withdrawal('wd-1', '11'), { ...burst, ...attributes })
    const { held } = await world.source.overview()
    expect(held[0]!.commands.release[1]).toBe(`npx role-sync replay plan ${filter} --out plan.json`)
  })
  test('have a story that says that they are held, and by what', async () => {
    const world = sourceTest()
    const trail = JSON.stringify({ detail: 'more than 3' })
    world.bury('l1', withdrawal('wd-1', '11'), { ...burst, trail })
    const { held } = await world.source.overview()
    const { id } = held[0]!.rows[0]!
    const story = { row: { state: 'held', tone: 'wait', note: 'burst' }, letter: { reason: 'held' } }
    expect(await world.source.story(id)).toMatchObject({
      ...story,
      steps: [{ text: 'Held: burst', detail: 'more than 3', tone: 'wait' }],
    })
    world.try('m1', { body: withdrawal('wd-1', '11') })
    world.line('outcome', 'm1', { outcome: 'held', guard: 'burst', detail: 'more than 3' })
    const { steps, ...again } = (await world.source.story(id))!
    expect(again).toMatchObject(story)
    expect(steps.map(({ text }) => text)).toEqual(['Sent', 'Try 1', 'Held: burst'])
  })
})

describe('the commands that mend', () => {
  test('are none for a re-assertion whose time is over: it cannot be replayed', () => {
    expect(mendOfAll('expired').commands).toEqual(['npx role-sync dead list --reason expired'])
    expect(mendOfOne('expired', 'a-b', 'r-1').commands).toEqual(['npx role-sync dead list --event=r-1'])
  })
  test.each(letterReasons.filter(reason => reason !== 'expired'))('exist for %s', reason => {
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
