import { describe, expect, test } from '@jest/globals'
import { bodyOf, organization, personData } from '../support/events.ts'
import {
  ask,
  down,
  fails,
  inProject,
  inWacht,
  jane,
  janeInProject,
  joe,
  lists,
  listsMore,
  membersIn,
  twin,
  worldOf,
} from '../support/people.ts'
import { messageOf } from '../support/world.ts'

/** Targets that answer as if somebody who is gone were there, and a person whom an event has found before. */
async function found(...wacht: Parameters<typeof worldOf>[0][]) {
  const world = worldOf(
    wacht.flat(),
    Array.from({ length: 3 }, () => lists(janeInProject)),
    { tellsGone: false },
  )
  await world.run(ask())
  world.state.log.splice(0)
  return { ...world, listed: () => world.state.log.filter(line => line.startsWith(`list ${organization}`)) }
}
const onPageTwo = [listsMore(100, joe), lists(jane)]

describe('where a target does not tell that a member is gone, who is remembered', () => {
  test('is confirmed by the one page of the list on which the member stood', async () => {
    const { run, state, listed } = await found(onPageTwo, [lists(jane)])
    await run(ask('m2'))
    expect(listed()).toEqual([`list ${organization} 100`])
    expect(membersIn(state.enqueued.slice(2))).toEqual([inWacht, inProject])
    expect(state.searches.at(-2)).toMatchObject({ people: 1, found: 1, listed: 1 })
    expect(JSON.stringify(state.searches)).not.toContain('@')
  })

  test('and was removed and added anew is looked for in the whole list, and remembered as the new member', async () => {
    const { run, state, listed } = await found(
      onPageTwo,
      [lists()],
      [listsMore(100, joe), lists(twin)],
      [lists(twin)],
    )
    await run(ask('m2'))
    expect(listed()).toEqual([100, 0, 100].map(page => `list ${organization} ${page}`))
    await run(ask('m3'))
    expect(listed()).toHaveLength(4)
    expect(membersIn(state.enqueued.slice(2))).toEqual([twin.member, inProject, twin.member, inProject])
  })

  test.each([
    ['that member has another address now', lists({ ...jane, email: 'other@example.com' }, twin)],
    ['that member shows no address any more', lists({ member: inWacht }, twin)],
    ['another member has the address as well', lists(jane, twin)],
    ['the page cannot be read', fails(down)],
  ])('is not believed where %s', async (_, page) => {
    const { run, state, listed } = await found(onPageTwo, [page, lists(twin)])
    await run(ask('m2'))
    expect(listed()).toEqual([`list ${organization} 100`, `list ${organization} 0`])
    expect(membersIn(state.enqueued.slice(2))).toEqual([twin.member, inProject])
  })

  test('is confirmed with the others of the same page in one call', async () => {
    const both = [lists(joe, jane)]
    const { run, state, listed } = await found(both, both, both)
    const forJoe = bodyOf({ id: 'joe', data: { ...personData, person: { email: 'joe@example.com' } } })
    await run(messageOf('m2', forJoe))
    expect(listed()).toHaveLength(1)
    await run(ask('m3'), messageOf('m4', forJoe))
    expect(listed()).toHaveLength(2)
    expect(membersIn(state.enqueued.slice(-3)).toSorted()).toEqual(
      [joe.member, inWacht, inProject].toSorted(),
    )
  })

  test('since before the page was kept is looked for', async () => {
    const { run, world, listed } = await found(onPageTwo, [lists(jane)])
    const { people } = world
    Object.assign(world, {
      people: {
        ...people,
        recall: async (...of: Parameters<typeof people.recall>) => {
          const place = await people.recall(...of)
          return place && { member: place.member }
        },
      },
    })
    await run(ask('m2'))
    expect(listed()).toEqual([`list ${organization} 0`])
  })
})
