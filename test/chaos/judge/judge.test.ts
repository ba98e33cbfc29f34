import { expect, test } from '@jest/globals'
import { type Member, organizationId, roleIds } from '../cast.ts'
import type { Planned } from '../events.ts'
import type { Round } from '../round.ts'
import type { Write } from '../targets/journal.ts'
import { long } from '../timings.ts'
import { judge } from './judge.ts'

const [first, second] = roleIds as [string, string]
const id = '7301954381230019000'
const name = `wacht/${organizationId}/${id}`
const member: Member = { name, id, target: 'wacht', holds: [first], joins: 'is there' }
const event: Planned = { id: 'e', member: name, rank: 0, wants: second, body: '{"e":1}', copies: 1 }
const line = (json: Record<string, unknown>) => ({ at: 1000, json: { event: 'e', member: name, ...json } })
const write: Write = {
  ...{
    member: name,
    asks: second,
    fault: 'as it should',
    begin: 100,
    seq: 1,
    end: 150,
    how: 'answered',
    status: 200,
  },
  landings: [{ at: 120, seq: 2, before: first, after: second }],
}

/** A round in which one event was applied, and what is told instead. */
function round(change: Partial<Round> = {}, writes: readonly Write[] = [write], held = second): Round {
  const showings = [{ member: name, at: 150, state: second }]
  return {
    setup: { seed: 1, dialect: 'role_id', events: 1, kills: 0, strikes: 0, timings: long, freezes: false },
    ...{ cast: [member], planned: [event], processes: [[line({ outcome: 'applied' })]], letters: [] },
    journal: { writes, showings, notes: [], troubles: [] } as unknown as Round['journal'],
    people: [{ held: () => held.split(' ').filter(Boolean) } as unknown as Round['people'][number]],
    told: [heard('applied')],
    ...{ strikes: [], began: 0, output: '', tokens: ['secret-token'], exitCode: 0 },
    ...change,
  }
}

const heard = (outcome: string, id = 'e') => ({ id: `m/${outcome}`, data: { event: id, outcome } })
/** Each process wrote one line, and the subscriber was told of it. */
const told = (...lines: Record<string, unknown>[]) => ({
  processes: lines.map(json => [line(json)]),
  told: lines.map(({ outcome, event = 'e' }) => heard(String(outcome), String(event))),
})
const dead = { outcome: 'dead', reason: 'forbidden' }
const letter = {
  body: event.body,
  attributes: { event: 'e', member: name, reason: 'forbidden', trail: '{}' },
}
const refused: Write = { ...write, status: 403, landings: [] }
const hanging: Write = { member: name, asks: first, fault: '', begin: 0, seq: 0, landings: [] }

test('a round in which all went well breaks no promise', () => {
  expect(judge(round())).toEqual([])
  expect(judge(round(told({ outcome: 'applied' }, { outcome: 'applied' })))).toEqual([])
  expect(judge(round({ ...told(dead), letters: [letter] }, [refused], first))).toEqual([])
  const strikes: Round['strikes'] = [{ killed: ['invocation'], held: 0, timedOut: 0 }]
  expect(judge(round({ strikes, output: 'sync ended its process: exit code 1' }))).toEqual([])
})

test.each<[what: string, promise: string, round: Round]>([
  ['no outcome', 'every event settles in one explained outcome', round({ processes: [] })],
  ['applied, then dead', 'every event settles', round(told({ outcome: 'applied' }, dead))],
  [
    'one copy, a duplicate',
    'every event settles',
    round(told({ outcome: 'applied' }, { outcome: 'duplicate' })),
  ],
  [
    'told twice by one process',
    'every event settles',
    round({ processes: [[line({ outcome: 'applied' }), line({ outcome: 'applied' })]] }),
  ],
  [
    'a line about a stranger',
    'every event settles',
    round(told({ outcome: 'applied' }, { event: 'x', outcome: 'applied' })),
  ],
  ['another role in the end', 'the newest role', round({}, [write], first)],
  ['superseded by nothing', 'an old event never has the last word', round(told({ outcome: 'superseded' }))],
  [
    'applied and never shown',
    'what is applied was visible',
    round({ planned: [{ ...event, wants: roleIds[2]! }] }),
  ],
  ['dead without a letter', 'dead-lettered with a reason', round(told(dead), [refused], first)],
  [
    'dead without a cause',
    'dead-lettered with a reason',
    round({ ...told(dead), letters: [letter] }, [], first),
  ],
  [
    'a body that was changed',
    'dead-lettered with a reason',
    round({ ...told(dead), letters: [{ ...letter, body: '{ "e":1}' }] }, [refused], first),
  ],
  ['two writes at a time', 'one write at a time', round({}, [{ ...hanging, asks: second }, write])],
  [
    'a write while another may land',
    'no write while',
    round({}, [{ ...hanging, end: 50, how: 'cut' }, write]),
  ],
  [
    'a write while another had yet to land',
    'no write while',
    round({}, [
      { ...hanging, end: 50, how: 'answered', landings: [{ at: 200, seq: 5, before: '', after: first }] },
      write,
    ]),
  ],
  [
    'a member with no role left',
    'never without a role',
    round({}, [{ ...write, landings: [{ at: 120, seq: 2, before: first, after: '' }] }]),
  ],
  ['a token in the output', 'no token is told', round({ output: 'Bearer secret-token' })],
  [
    'a killed worker that nobody missed',
    'an invocation whose worker is gone',
    round({ strikes: [{ killed: ['invocation'], held: 0, timedOut: 0 }] }),
  ],
  [
    'a time-out that nobody told',
    'an invocation whose worker is gone',
    round({ strikes: [{ killed: [], held: 1, timedOut: 1 }] }),
  ],
  ['an outcome of which nobody was told', 'the topic is told', round({ told: [] })],
  ['another outcome than was told', 'the topic is told', round({ told: [heard('superseded')] })],
  [
    'an outcome of what was never sent',
    'the topic is told',
    round({ told: [heard('applied'), heard('applied', 'x')] }),
  ],
  ['an exit code', 'it ends when asked to', round({ exitCode: 1 })],
])('%s is found', (_, promise, broken) => {
  expect(judge(broken).map(each => each.promise)).toContainEqual(expect.stringContaining(promise))
})

test('the same state may be written again while it may land, but not in the dialect role_ids', () => {
  const cut: Write = { ...hanging, asks: second, end: 50, how: 'cut' }
  expect(judge(round({}, [cut, write]))).toEqual([])
  const setup = { ...round().setup, dialect: 'role_ids' as const }
  expect(judge(round({ setup }, [cut, write])).map(each => each.promise)).toEqual([
    'no write while an unanswered one may land',
  ])
})
