import { expect, test } from '@jest/globals'
import { problemsOf } from './good-context.ts'

test.each([
  ['alarmTopicArn', 'on-call'],
  ['alarmTopicArn', 'arn:aws:sqs:eu-central-1:123456789012:on-call'],
  ['alarmTopicArn', 'arn:aws:sns:eu-central-1:123456789012:on-call.fifo'],
  ['runbookUrl', 'RUNBOOK.md'],
  ['runbookUrl', 'http://git.example.com/RUNBOOK.md'],
  ['runbookUrl', 'https://user:secret@git.example.com/RUNBOOK.md'],
  ['runbookUrl', 'https://git.example.com/RUNBOOK.md#runbook'],
  ['runbookUrl', 'https://git.example.com/role sync/RUNBOOK.md'],
  ['runbookUrl', 'https://git.example.com/<stage>/RUNBOOK.md'],
  ['runbookUrl', `https://git.example.com/${'x'.repeat(512)}`],
  ['runbookUrl', ''],
  ['runbookUrl', 7],
  ['inFlightAlarm', '120001'],
  ['deadLettersAlarm', 0],
  ['breakerOpenAlarmMinutes', 1441],
  ['oldestChangeAlarmSeconds', 'an hour'],
  ['timeToEffectAlarmSeconds', -1],
])('a stage is refused with a wrong %s: %s', (key, value) => {
  expect(problemsOf({ [key]: value })).toEqual([expect.stringMatching(`^${key}: must`)])
})
