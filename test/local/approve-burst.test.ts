import { describe, expect, test } from '@jest/globals'
import type { Outcome } from '../../infra/local/outcomes/message-outcome.ts'
import { burstStory } from '../../infra/local/sample/approve-burst.ts'

const burst = { sender: 'intake/hr', events: new Set(['a', 'b', 'c']), floor: 1 }
const end = (event: string | null, outcome: Outcome['outcome']) => ({ event, outcome }) as Outcome

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
