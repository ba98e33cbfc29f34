import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import type { Version } from '../../functions/core/event/version.ts'
import { compareVersions } from '../../functions/core/event/version.ts'
import { endItem, type HistoryItem, proofItem } from '../../functions/core/history/history-item.ts'
import { heldAt } from '../../functions/core/history/holders.ts'
import { noon } from '../support/events.ts'
import { messageOf } from '../support/world.ts'

const same = (text: string) => text
const minute = 60_000

/** One change as a plain model sees it: decided at a time, and ended in some way at another. Times are minutes after noon. */
interface Told {
  readonly member: string
  readonly decided: number
  readonly sequence: string
  readonly role: string
  readonly outcome: 'applied' | 'superseded' | 'dead' | 'duplicate' | 'shadow'
  readonly ended: number
}

const versionOf = ({ decided, sequence }: Told, n: number): Version => ({
  time: new Date(noon + decided * minute).toISOString().slice(0, -5),
  ...{ sequence, source: 's', id: `e${n}` },
})

const itemOf = (told: Told, n: number): HistoryItem => {
  const { member, role, outcome, ended } = told
  const [version, desired, at] = [versionOf(told, n), { roleId: role }, noon + ended * minute]
  if (outcome === 'applied')
    return proofItem(member, { version, event: version.id, message: `m${n}`, desired, at }, same)
  const named = { event: version.id, source: 's', target: 'wacht', member }
  const verdict =
    outcome === 'dead'
      ? ({ kind: 'dead', letter: { reason: 'rejected', detail: '' } } as const)
      : ({ kind: 'done', outcome, by: 'x' } as const)
  return endItem(
    { message: messageOf(`m${n}`, '{}'), named, verdict, version, change: { desired } },
    at,
    same,
  )
}

test('a re-assertion is no decision, however it ended', () => {
  const told: Told = {
    ...{ member: 'wacht/1/1', decided: 1, sequence: '' },
    role: '501',
    outcome: 'dead',
    ended: 2,
  }
  const item = itemOf(told, 1)
  const asked = { at: noon + 60 * minute, decided: true }
  expect(heldAt([item], asked)).toHaveLength(1)
  expect(heldAt([{ ...item, reassertedBy: 'x' }], asked)).toEqual([])
})

const histories = fc
  .array(
    fc.record<Told>({
      member: fc.constantFrom('wacht/1/1', 'wacht/1/2', 'wacht/1/3'),
      decided: fc.integer({ min: 0, max: 9 }),
      sequence: fc.constantFrom('', '1', '10'),
      role: fc.constantFrom('501', '502'),
      outcome: fc.constantFrom('applied', 'applied', 'superseded', 'dead', 'duplicate', 'shadow'),
      ended: fc.integer({ min: 0, max: 12 }),
    }),
    { maxLength: 14 },
  )
  .map(inProtocol)

/** The ledger proves the versions of a member in their order: proofs that come in another one are superseded. */
function inProtocol(all: readonly Told[]): readonly Told[] {
  const newest = new Map<string, number>()
  const byEnd = all
    .map((told, n) => ({ told, n }))
    .toSorted((a, b) => a.told.ended - b.told.ended || a.n - b.n)
  const kept = new Map<number, Told>()
  for (const { told, n } of byEnd) {
    const last = newest.get(told.member)
    const isLate =
      last !== undefined && compareVersions(versionOf(all[last] as Told, last), versionOf(told, n)) > 0
    if (told.outcome === 'applied' && !isLate) newest.set(told.member, n)
    kept.set(n, told.outcome === 'applied' && isLate ? { ...told, outcome: 'superseded' } : told)
  }
  return all.map((_, n) => kept.get(n) as Told)
}

/** Plays the proofs one after the other, as the target saw them, and looks at it at the moment. */
function playedAt(all: readonly Told[], at: number, knownAt: number): Record<string, string> {
  const holds: Record<string, string> = {}
  const proofs = all.map((told, n) => ({ told, n })).filter(({ told }) => told.outcome === 'applied')
  for (const { told } of proofs.toSorted((a, b) => a.told.ended - b.told.ended || a.n - b.n))
    if (told.ended <= Math.min(at, knownAt)) holds[told.member] = told.role
  return holds
}

/** Plays the decisions in the order of their versions. */
function decidedAt(all: readonly Told[], at: number, knownAt: number): Record<string, string> {
  const holds: Record<string, string> = {}
  const decisions = all.map((told, n) => ({ told, version: versionOf(told, n) }))
  for (const { told } of decisions.toSorted((a, b) => compareVersions(a.version, b.version))) {
    const isDecision = told.outcome !== 'duplicate' && told.outcome !== 'shadow'
    if (isDecision && told.decided <= at && told.ended <= knownAt) holds[told.member] = told.role
  }
  return holds
}

const moment = fc.integer({ min: -1, max: 13 })

test.each([
  ['was proven', false, playedAt],
  ['was decided', true, decidedAt],
])(
  'what %s by a moment, as known at another, is what a plain model says, whatever the order of the items',
  (_, decided, model) => {
    fc.assert(
      fc.property(histories, moment, fc.option(moment), fc.boolean(), (all, at, known, isReversed) => {
        const items = all.map(itemOf)
        const asked = {
          at: noon + at * minute,
          knownAt: known === null ? undefined : noon + known * minute,
          decided,
        }
        const held = heldAt(isReversed ? items.toReversed() : items, asked)
        expect(held.map(({ member }) => member)).toEqual(held.map(({ member }) => member).toSorted())
        expect(Object.fromEntries(held.map(({ member, desired }) => [member, desired.roleId]))).toEqual(
          model(all, at, known ?? Number.POSITIVE_INFINITY),
        )
      }),
      { numRuns: 500 },
    )
  },
)

test('a withdrawal that waits is still access, and decided already', () => {
  const told = { member: 'wacht/1/1', sequence: '', outcome: 'applied' } as const
  const items = [
    { ...told, decided: 0, ended: 1, role: 'manager' },
    { ...told, decided: 2, ended: 9, role: 'none' },
  ].map(itemOf)
  const rolesAt = (decided: boolean) =>
    heldAt(items, { at: noon + 5 * minute, decided }).map(({ desired }) => desired.roleId)
  expect(rolesAt(false)).toEqual(['manager'])
  expect(rolesAt(true)).toEqual(['none'])
})

test('what has no desired state is nobody', () => {
  const item = itemOf(
    { member: 'wacht/1/1', decided: 0, sequence: '', role: '1', outcome: 'dead', ended: 0 },
    1,
  )
  const { desired: _, ...stateless } = item
  expect(heldAt([stateless], { at: noon + minute, decided: true })).toEqual([])
})
