import { expect, test } from '@jest/globals'
import { endItem, proofItem } from '../../functions/core/history/history-item.ts'
import { heldAt } from '../../functions/core/history/holders.ts'
import { noon } from '../support/events.ts'
import { messageOf } from '../support/world.ts'

const same = (text: string) => text
const minute = 60_000

test('a withdrawal that took over from what is dated later is the last proof', () => {
  const proof = (id: string, at: number, version: object, role: string) =>
    proofItem(
      'wacht/1/1',
      {
        version: { time: '2026-11-01T00:00:00', sequence: '', source: 's', id, ...version },
        ...{ event: id, message: `m${id}`, desired: { roleId: role }, at: noon + at * minute },
      },
      same,
    )
  const items = [
    proof('later', 1, { from: '2026-11-23T00:00:00' }, 'manager'),
    proof('dismissed', 5, { time: '2026-11-20T00:00:00' }, 'none'),
  ]
  const held = (at: number, decided = false) =>
    heldAt(items, { at: noon + at * minute, decided }).map(({ desired }) => desired.roleId)
  expect([held(2), held(5), held(-24 * 60 * 2, true), held(5, true)]).toEqual([
    ['manager'],
    ['none'],
    ['none'],
    ['manager'],
  ])
})

test('what was decided counts from its instant, and its end from its own', () => {
  const version = {
    time: '2026-11-01T00:00:00',
    sequence: '',
    source: 's',
    id: 'e1',
    from: '2026-11-23T12:01:00',
  }
  const ends = { at: '2026-11-23T12:03:00', role: 'engineer' }
  const settled = (id: string, roleId: string, end: { readonly end?: true }) =>
    endItem(
      {
        ...{ message: messageOf(id, '{}'), verdict: { kind: 'done', outcome: 'scheduled' } as const },
        named: { event: 'e1', source: 's', target: 'wacht', member: 'wacht/1/1' },
        ...{ version: { ...version, ...end }, change: { desired: { roleId }, ends } },
      },
      noon,
      same,
    )
  // The index by scope has the keys, and not the fields of the dates.
  const items = [settled('m1', 'manager', {}), settled('m2', 'engineer', { end: true })].map(
    ({ from: _, end: __, ends: ___, ...inIndex }) => inIndex,
  )
  const at = (minutes: number) =>
    heldAt(items, { at: noon + minutes * minute, decided: true }).map(({ desired }) => desired.roleId)
  expect([at(0), at(1), at(2), at(3)]).toEqual([[], ['manager'], ['manager'], ['engineer']])
})
