import { expect, test } from '@jest/globals'
import { answerStep, endStep, waitStep } from '../../../functions/cli/page/step-words.ts'
import type { Outcome } from '../../../infra/local/outcomes/message-outcome.ts'
import { noon } from './page-world.ts'

test.each<[object, string, string, string]>([
  [{ effect: 'unknown', cause: 'timeout', detail: 'no answer in time' }, 'bad', 'No answer in time', ''],
  [
    { effect: 'unknown', cause: 'reset', detail: 'socket hang up', unanswered: true },
    'bad',
    'The connection was reset',
    'Socket hang up. The write may still land.',
  ],
  [
    { effect: 'deferred', cause: 'throttled', status: 429, detail: 'Slow down!' },
    'wait',
    'Answered 429',
    'Slow down!',
  ],
  [
    { effect: 'refused', cause: 'forbidden', status: 403 },
    'bad',
    'Answered 403',
    'The token has no permission for this.',
  ],
  [
    { effect: 'proven', status: 200, restoring: true },
    'good',
    'Answered 200',
    'The applied role is there again. This write was to bring back the applied role.',
  ],
])('the attempt %j is %s: %s. %s', (line, tone, text, detail) => {
  expect(answerStep(line as Record<string, unknown>, noon)).toEqual({ at: noon, tone, text, detail })
})

test.each<[Partial<Outcome>, string, string]>([
  [{ outcome: 'applied', effectMs: 1200 }, 'In effect', 'The target shows the role, 1.2 s after its send.'],
  [{ outcome: 'superseded', by: 'wd-2' }, 'Superseded', 'A newer change is in effect: wd-2.'],
  [{ outcome: 'duplicate' }, 'Duplicate', 'This event is in effect already.'],
  [{ outcome: 'resolved', events: 2 }, 'Person found', 'Events sent for the memberships of the person: 2.'],
  [{ outcome: 'dead', reason: 'gave_up' }, 'Dead letter: gave_up', ''],
])('the outcome %j is: %s. %s', (outcome, text, detail) => {
  expect(endStep(outcome as Outcome, noon)).toMatchObject({ text, detail })
})

test('a wait has its span', () => {
  expect(waitStep({ cause: 'busy', seconds: 90 }, noon).text).toBe('Waits 90 s')
})
