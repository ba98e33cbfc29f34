import { describe, expect, test } from '@jest/globals'
import type { Outcome } from '../../infra/local/outcomes/message-outcome.ts'
import { type ApprovedBurst, burstStory, releaseOf } from '../../infra/local/sample/approve-burst.ts'

const burst = { sender: 'intake/hr', events: new Set(['a', 'b', 'c']), floor: 1 }
const end = (event: string | null, outcome: Outcome['outcome']) => ({ event, outcome }) as Outcome

/** A release whose approval ends when a test says how. */
function world(given: typeof burst | undefined = burst) {
  const { promise, resolve, reject } = Promise.withResolvers<ApprovedBurst>()
  const senders: string[] = []
  const ends = Promise.withResolvers<string | undefined>()
  const approve = ({ sender }: typeof burst) => {
    senders.push(sender)
    return promise
  }
  return {
    release: releaseOf(given, approve as never, ends.resolve),
    senders,
    resolve,
    reject,
    ended: ends.promise,
  }
}

test('what is held of a burst is approved once all of it has ended, and once only', async () => {
  const { release, senders, resolve, ended } = world()
  release.ended(end('a', 'applied'))
  release.ended(end('b', 'held'))
  release.ended(end('b', 'held'))
  release.ended(end('other', 'held'))
  release.ended(end(null, 'dead'))
  expect({ senders, isAtWork: release.isAtWork }).toEqual({ senders: [], isAtWork: false })
  release.ended(end('c', 'held'))
  expect({ senders, isAtWork: release.isAtWork }).toEqual({ senders: ['intake/hr'], isAtWork: true })
  release.ended(end('b', 'applied'))
  const approved = { approvers: ['anna'], plan: 'hash' }
  resolve(approved)
  expect(await ended).toBeUndefined()
  expect(release).toMatchObject({ isAtWork: false, hasFailed: false, approved })
  expect(senders).toHaveLength(1)
})

test('a burst of which nothing is held needs no approval', () => {
  const { release, senders } = world()
  for (const event of burst.events) release.ended(end(event, 'applied'))
  expect({ senders, isAtWork: release.isAtWork }).toEqual({ senders: [], isAtWork: false })
})

test('an approval that fails is said, and holds the run no longer', async () => {
  const { release, reject, ended } = world()
  for (const event of burst.events) release.ended(end(event, 'held'))
  reject(new Error('no function'))
  expect(await ended).toBe('error: what the guard holds is not approved: no function')
  expect(release).toMatchObject({ isAtWork: false, hasFailed: true, approved: undefined })
})

describe('the story of a burst', () => {
  const first = [end('a', 'applied'), end('other', 'held')]
  const held = ['b', 'c'].map(event => end(event, 'held'))
  const released = ['b', 'c'].map(event => end(event, 'applied'))
  const approved = { approvers: ['arn:user/anna', 'arn:user/bob'], plan: '3f2a9c01d7be4455' }

  test('says how many took effect, who approved the others by which plan, and that they took effect then', () => {
    expect(burstStory(burst, [...first, ...held, ...released], approved)).toEqual([
      'intake/hr withdrew a role from 3 people at once.',
      'The guard `burst` lets 1 through within an hour: 1 took effect, 2 were held.',
      'arn:user/anna and arn:user/bob approved plan 3f2a9c01d7be, which shows these 2: 2 took effect.',
    ])
  })
  test('says who can approve where nobody has', () => {
    expect(burstStory(burst, [...first, ...held], undefined).at(-1)).toBe(
      'Nobody has approved these 2. `npx role-sync hold list` shows them, and how to plan their release.',
    )
  })
  test('is none where nothing of it is held', () => {
    expect(burstStory(burst, first, undefined)).toEqual([])
  })
})
