import { describe, expect, test } from '@jest/globals'
import { signWith } from '../../functions/aws/reassert-key.ts'
import { readReassertion } from '../../functions/core/event/reassertion.ts'
import type { Entry } from '../../functions/core/ledger/ledger-entry.ts'
import type { StoredFinding, StoredReadings } from '../../functions/core/sweep/sweep-reading.ts'
import {
  type Claim,
  createWithdrawn,
  type DriftWorld,
  reassertDrift,
} from '../../functions/reassert/reassert-drift.ts'
import type { ReassertRecord } from '../../functions/reassert/send-reassertions.ts'
import { kinds } from '../../functions/targets/index.ts'
import { a, appliedOf, b, entryOf, versionOf } from '../support/entries.ts'
import { noon } from '../support/events.ts'
import { memoryLedger } from '../support/memory-ledger.ts'

const scope = 'wacht/1'
const member = 'wacht/1/2'
const [minute, day] = [60_000, 86_400_000]

/** `a` is the role that withdraws, `b` gives more. */
const catalogue = {
  member: { withdraws: true, wacht: { 1: a, 2: b } },
  suspended: { withdraws: true, wacht: { 1: { roleId: '503' } } },
  manager: { wacht: { 1: b } },
}
const drift: StoredFinding = {
  ...{ member, finding: 'drift', at: noon - minute, shown: { role_ids: ['501', '502'] }, applied: a },
  ...{ event: 'e1', source: 's', since: 500 },
}

/** A scope in which one member drifts: change 1 is applied. */
async function started(found: readonly StoredFinding[] = [drift], fields: Partial<Entry> = {}) {
  const readings = memoryLedger<StoredReadings>()
  const claims = memoryLedger<Claim>()
  const state = { now: noon, fails: undefined as 'queue' | 'claim' | undefined, ids: 0 }
  const sent: { body: string; sender: string | undefined }[] = []
  const lines: ReassertRecord[] = []
  const reading = { from: 0, at: 0, calls: 1, counts: {}, findings: found, more: 0 }
  const stored = { member: scope, rev: 1, expires: 0, last: { ...reading, findings: [] }, complete: reading }
  await readings.store.write(stored)
  const entry = entryOf({ applied: appliedOf(1), ...fields })
  const world: DriftWorld = {
    ...createWithdrawn(kinds, catalogue),
    ...{ scopes: [scope, 'wacht/9'], readings: readings.store, source: '//role-sync/prod/drift' },
    claims: {
      read: claims.store.read,
      write: async claim => {
        const answer = await claims.store.write(claim)
        if (state.fails === 'claim') throw new Error('no answer')
        return answer
      },
    },
    read: async name => (name === member || found.length > 1 ? entry : undefined),
    enqueue: async (bodies, sender) => {
      if (state.fails === 'queue') throw new Error('no queue')
      sent.push(...bodies.map(body => ({ body, sender })))
    },
    ...{ sign: async () => signWith('key'), newId: () => `id ${state.ids++}`, now: () => state.now },
    log: { reassertion: line => lines.push(line), trouble: what => expect(what).toBe('') },
  }
  const run = (until = Number.POSITIVE_INFINITY) => reassertDrift(world, until)
  return { run, state, sent, lines, entry }
}

test('a drift is asked for by the function itself, signed, with the version that is applied', async () => {
  const { run, sent, lines } = await started()
  expect(await run()).toEqual({ found: 1, sent: 1 })
  expect(sent).toEqual([{ body: expect.any(String), sender: 'role-sync/automatic' }])
  const read = readReassertion(sent[0]!.body, noon)
  expect(read?.ok && read.reassertion).toEqual({
    ...{ member, version: versionOf(1), by: 'role-sync/automatic', expires: noon + 55 * minute },
  })
  expect(lines).toEqual([{ by: 'role-sync/automatic', member, event: 'e1', source: 's', sent: true }])
})

test('a member is asked for once in 24 hours, also by two invocations at once, and by one after a kill', async () => {
  const { run, state, sent } = await started([drift])
  const both = await Promise.all([run(), run()])
  expect(both.map(answer => answer.sent).toSorted()).toEqual([0, 1])
  state.now += day - minute - 1
  expect(await run()).toEqual({ found: 1, sent: 0 })
  expect(sent).toHaveLength(1)
})

test('the next day it is asked for again, if a newer reading finds it', async () => {
  const later = { ...drift, at: noon + day - minute }
  const { run, state, sent } = await started([drift, later])
  expect(await run()).toMatchObject({ sent: 1 })
  state.now += day - 1
  expect(await run()).toMatchObject({ sent: 0 })
  state.now += 1
  expect(await run()).toMatchObject({ sent: 1 })
  expect(sent).toHaveLength(2)
})

describe.each(['queue', 'claim'] as const)('where the %s does not answer', fails => {
  const failed = async () => {
    const begun = await started()
    begun.state.fails = fails
    await expect(begun.run()).rejects.toThrow(/^no /)
    begun.state.fails = undefined
    return begun
  }

  test('the member waits for an hour, until a message that was sent can no longer be written', async () => {
    const { run, state, sent } = await failed()
    state.now += 60 * minute - 1
    expect(await run()).toEqual({ found: 1, sent: 0 })
    state.now += 1
    expect(await run()).toEqual({ found: 1, sent: 1 })
    expect(sent).toHaveLength(1)
    state.now += 60 * minute
    expect(await run()).toEqual({ found: 1, sent: 0 })
  })
  test('the member waits for a day if anything was done to it since: it may have been for that message', async () => {
    const { run, state, entry } = await failed()
    Object.assign(entry, { rev: entry.rev + 1 })
    state.now += day - minute - 1
    expect(await run()).toEqual({ found: 1, sent: 0 })
  })
})

test.each<[string, Partial<StoredFinding>, Partial<Entry>]>([
  ['a finding that is a day old', { at: noon - day }, {}],
  ['another finding than drift', { finding: 'gone' }, {}],
  ['a state that the reading did not show', { shown: undefined as never }, {}],
  ['a version that is not applied any more', {}, { applied: { ...appliedOf(2), at: 500 } }],
  ['the same event that was applied again since', {}, { applied: { ...appliedOf(1), at: 501 } }],
  ['nothing that is applied', {}, { applied: undefined as never }],
  ['what was written again since', {}, { reasserted: [{ message: 'm', at: noon }] }],
  ['a role that withdraws in another scope alone', {}, { applied: appliedOf(1, b) }],
  ['a member who holds nothing at the target', { shown: { role_ids: [] } }, {}],
  ['a member with another role that withdraws', { shown: { role_ids: ['503'] } }, {}],
])('nothing is sent for %s', async (_, finding, entry) => {
  const { run, sent } = await started([{ ...drift, ...finding }], entry)
  expect(await run()).toMatchObject({ sent: 0 })
  expect(sent).toEqual([])
})

test('nothing is begun when the time is over, and the next invocation goes on', async () => {
  const many = Array.from({ length: 25 }, (_, n) => ({ ...drift, member: `wacht/1/${n}` }))
  const { run, state, sent } = await started(many)
  expect(await run(noon)).toEqual({ found: 25, sent: 0 })
  state.now += 1
  expect(await run()).toEqual({ found: 25, sent: 25 })
  expect(new Set(sent.map(({ body }) => JSON.parse(body).data.member)).size).toBe(25)
})
