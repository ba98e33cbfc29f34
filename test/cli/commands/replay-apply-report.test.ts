import { expect, test } from '@jest/globals'
import {
  evidence,
  recordOf,
  remarksOn,
  summaryOf,
} from '../../../functions/cli/commands/replay-apply-report.ts'
import type { AppliedPlan } from '../../../functions/replay/apply-plan.ts'
import type { LetterRecord } from '../../../functions/replay/replay-world.ts'
import { noon } from '../../support/events.ts'

const applied: AppliedPlan = {
  ...{ sent: 9, removed: 2, refused: 0, failed: 0, dead: 0, missing: 0, stopped: false },
}
const stopped: AppliedPlan = { ...applied, dead: 6, missing: 1, stopped: true, why: 'came_back_dead' }

test('what became of a plan is one line, and remarks where there is more to tell', () => {
  expect({ summary: summaryOf(applied), remarks: remarksOn(applied) }).toEqual({
    summary: '9 sent, 2 removed, 0 refused',
    remarks: [],
  })
  expect(remarksOn(stopped)).toEqual([
    '6 letters dead again so far',
    '1 letter not processed: gone, read by another operator, or not reached',
    'Stopped: more than half of the ended replays are dead again. Fix the cause, then plan again.',
  ])
})

test('letters that failed are told of, and so is that they ended it', () => {
  const failing: AppliedPlan = { ...applied, failed: 20, stopped: true, why: 'failing' }
  expect(summaryOf(failing)).toBe('9 sent, 2 removed, 0 refused, 20 failed')
  expect(remarksOn(failing)).toEqual([
    '20 letters failed, still on the dead-letter queue. Plan again.',
    'Stopped: twenty letters in a row failed. Fix the cause, then plan again.',
  ])
})

test('--json shows five fields of it', () => {
  expect(recordOf(stopped)).toEqual({ sent: 9, removed: 2, refused: 0, failed: 0, stopped: true })
})

const record: LetterRecord = {
  ...{ act: 'removed', event: 'a', source: '//hr', target: 'wacht', member: 'wacht/1/2' },
  ...{ messageId: 'm', reason: 'gave_up', plan: '0123456789abcdef' },
}
test.each<[Partial<LetterRecord>, string | undefined]>([
  [
    { verdict: 'superseded', by: 'b', since: noon },
    'removed a of //hr (wacht/1/2, message m): superseded by b, applied since 2026-11-23T12:00:00Z (plan 0123456789ab)',
  ],
  [
    { act: 'refused', verdict: 'apply', detail: 'it moved' },
    'refused a of //hr (wacht/1/2, message m): it moved (plan 0123456789ab)',
  ],
  [
    { verdict: 'duplicate', by: 'b', event: null, source: null, member: null },
    'removed (no id) of (no source) (no member, message m): duplicate by b (plan 0123456789ab)',
  ],
  [
    { act: 'failed', detail: 'SQS is down' },
    'failed a of //hr (wacht/1/2, message m): SQS is down (plan 0123456789ab)',
  ],
  [{ act: 'replayed', verdict: 'apply' }, undefined],
])('the log line of %j', (facts, words) => expect(evidence({ ...record, ...facts })).toBe(words))
