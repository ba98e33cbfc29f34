import { PassThrough } from 'node:stream'
import { expect, test } from '@jest/globals'
import type { Outcome } from '../../infra/local/outcomes/message-outcome.ts'
import { onceInAWhile } from '../../infra/local/report/note-text.ts'
import { createReporter } from '../../infra/local/report/run-reporter.ts'

const outcome = (messageId: string, more: Partial<Outcome> = {}): Outcome => ({
  messageId,
  event: `wd-${messageId}`,
  source: '//hr',
  target: 'wacht',
  member: 'wacht/1/7301954381230018901',
  outcome: 'applied',
  receives: 1,
  effectMs: 1234,
  ...more,
})
/** As many messages as there are, whatever becomes of them. */
const as = (total: number) => ({ total, ended: () => {} })
const log = (fields: object) => JSON.stringify({ level: 'INFO', ...fields })

function reporter(json: boolean) {
  const [stdout, stderr] = [new PassThrough(), new PassThrough()]
  const streams = { stdout, stderr } as unknown as Parameters<typeof createReporter>[0]
  const text = (stream: PassThrough) => String(stream.read() ?? '')
  return { ...createReporter(streams, json), stdout: () => text(stdout), stderr: () => text(stderr) }
}

test('people read a sentence, a table of what happened to whom, and what to try next', async () => {
  const { begin, line, outcome: tell, summary, stdout } = reporter(false)
  begin(['a', 'b', 'c'], as(3))
  line(log({ message: 'retry', messageId: 'a', event: 'wd-a', cause: 'throttled', seconds: 2 }))
  const outcomes = [
    outcome('c', { outcome: 'superseded', by: 'wd-a' }),
    outcome('b', {
      ...{ member: 'wacht/1/7301954381230018902', outcome: 'dead', reason: 'not_found', status: 404 },
      ...{ detail: 'nobody', unproven: true },
    }),
    outcome('a', { receives: 2 }),
  ]
  for (const each of outcomes) await tell(each)
  await summary(outcomes)
  expect(stdout().split('\n')).toEqual([
    '',
    '3 messages: 1 change in effect, 1 superseded, 1 needs a person',
    '',
    'outcome     member                 event                     tries     time  reason',
    'superseded  wacht 7301…8901        wd-c                          1    1.2 s  by wd-a',
    'applied     wacht 7301…8901        wd-a                          2    1.2 s  retried: target is',
    '                                                                             rate-limiting',
    'dead        wacht 7301…8902        wd-b                          1    1.2 s  not_found (404):',
    '                                                                             nobody; unproven',
    '',
    'Try next:',
    expect.stringMatching(/^ {2}npm start -- --serve +stays up/),
    expect.stringMatching(/^ {2}npm start -- --events FILE +plays/),
    expect.stringMatching(/^ {2}npx role-sync example \| npx role-sync check - +shows/),
    '',
  ])
})

test('a run without messages has no table', async () => {
  const { begin, summary, stdout } = reporter(false)
  begin([], as(0))
  await summary([])
  expect(stdout().split('\n').slice(0, 4)).toEqual(['', '0 messages: 0 changes in effect', '', 'Try next:'])
})

test('a table of many leaves out what was simply applied', async () => {
  const { begin, summary, stdout } = reporter(false)
  begin([], as(0))
  await summary([
    ...Array.from({ length: 150 }, (_, n) => outcome(String(n))),
    outcome('x', { outcome: 'dead' }),
  ])
  const text = stdout()
  expect(text).toContain('wd-x')
  expect(text).not.toContain('wd-77')
  expect(text).toContain('150 more are not shown')
})

test('standard error tells progress, waiting and trouble, the same trouble once', () => {
  const { begin, line, note, stderr } = reporter(true)
  begin(['a'], as(1))
  line(log({ message: 'retry', messageId: 'a', event: 'wd-a', cause: 'throttled', seconds: 2 }))
  for (let n = 0; n < 3; n++)
    line(log({ level: 'ERROR', message: 'no secret', error: { message: 'it is gone' } }))
  line('not json')
  line(log({ message: 'attempt' }))
  line(log({ message: 'retry', messageId: 'b', event: 'wd-\u001b[2J', cause: 'throttled', seconds: 2 }))
  note('by the way')
  expect(stderr().split('\n')).toEqual([
    'wd-a: retry in 2 s (target is rate-limiting)',
    'error: no secret: it is gone',
    'not json',
    'wd-\ufffd[2J: retry in 2 s (target is rate-limiting)',
    'by the way',
    '',
  ])
})

test('the environment is one JSON line or a block for a shell', async () => {
  const json = reporter(true)
  await json.environment({ A: 'b' })
  expect(json.stdout()).toBe('{"env":{"A":"b"}}\n')
  const shell = reporter(false)
  await shell.environment({ A: 'b', C: "d'e" })
  expect(shell.stdout().split('\n')).toEqual([
    "export A='b'",
    "export C='d'\\''e'",
    '# The AWS CLI, version 1 and 2:',
    expect.stringMatching(/^# aws sqs send-message --endpoint-url "\$AWS_ENDPOINT_URL_SQS" --queue-url /),
    '',
  ])
})

test('the same text is let through again after a while', () => {
  let now = 0
  const isNew = onceInAWhile(10, () => now)
  expect(isNew('a')).toBe(true)
  expect(isNew('a')).toBe(false)
  expect(isNew('b')).toBe(true)
  now = 10
  expect(isNew('a')).toBe(true)
})
