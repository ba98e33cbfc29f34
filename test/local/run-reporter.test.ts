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
const log = (fields: object) => JSON.stringify({ level: 'INFO', ...fields })

function reporter(json: boolean) {
  const [stdout, stderr] = [new PassThrough(), new PassThrough()]
  const streams = { stdout, stderr } as unknown as Parameters<typeof createReporter>[0]
  const text = (stream: PassThrough) => String(stream.read() ?? '')
  return { ...createReporter(streams, json), stdout: () => text(stdout), stderr: () => text(stderr) }
}

test('a table tells people event, member, outcome, reason, tries and time to effect in the order of the events', async () => {
  const { begin, line, outcome: tell, summary, stdout } = reporter(false)
  begin(['a', 'b', 'c'])
  line(log({ message: 'retry', messageId: 'a', event: 'wd-a', cause: 'throttled', seconds: 2 }))
  const outcomes = [
    outcome('c', { outcome: 'superseded', by: 'wd-a' }),
    outcome('b', { outcome: 'dead', reason: 'not_found', status: 404, detail: 'nobody', unproven: true }),
    outcome('a', { receives: 2 }),
  ]
  for (const each of outcomes) await tell(each)
  await summary(outcomes)
  const rows = stdout().split('\n')
  expect(rows.at(-2)).toBe('3 settled: 1 applied, 1 superseded, 0 duplicate, 1 dead-lettered')
  const cells = rows.filter(row => row.includes('wd-')).map(row => row.split('│').map(cell => cell.trim()))
  expect(cells.map(row => row.slice(1, -1))).toEqual([
    ['wd-a', 'wacht 7301954381230018901', 'applied', 'after throttled', '2', '1.2 s'],
    ['wd-b', 'wacht 7301954381230018901', 'dead', 'not_found (404): nobody; unproven', '1', '1.2 s'],
    ['wd-c', 'wacht 7301954381230018901', 'superseded', 'by wd-a', '1', '1.2 s'],
  ])
})

test('a table of many leaves out what was simply applied', async () => {
  const { begin, summary, stdout } = reporter(false)
  begin([])
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
  begin(['a'])
  line(log({ message: 'retry', messageId: 'a', event: 'wd-a', cause: 'throttled', seconds: 2 }))
  for (let n = 0; n < 3; n++)
    line(log({ level: 'ERROR', message: 'no secret', error: { message: 'it is gone' } }))
  line('not json')
  line(log({ message: 'attempt' }))
  note('by the way')
  expect(stderr().split('\n')).toEqual([
    'wd-a is retried in 2 s: throttled',
    'error: no secret: it is gone',
    'not json',
    'by the way',
    '',
  ])
})

test('the environment is one JSON line or a block for a shell', async () => {
  const json = reporter(true)
  await json.environment({ A: 'b' })
  expect(json.stdout()).toBe('{"env":{"A":"b"}}\n')
  const shell = reporter(false)
  await shell.environment({ A: 'b', C: 'd' })
  expect(shell.stdout()).toBe("export A='b'\nexport C='d'\n")
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
