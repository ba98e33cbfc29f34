import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { runProgram } from '../cli/program.ts'
import { wachtEvent } from './sample-events.ts'
import { type StartProcess, startProcess } from './start-process.ts'

/** The person and the role that README.md names. */
const person = { person: { email: 'jane@example.com' }, role: 'engineering-manager' }
const events = [
  { ...wachtEvent('of-jane'), data: person },
  wachtEvent('of-member'),
  wachtEvent('of-nobody', { data: { role: 'head-of-everything' } }),
]

let run: StartProcess
let environment: Record<string, string>
const texts = () => run.lines.map(({ text }) => String(text))
const lineOf = (start: string) => run.until(({ text }) => String(text).startsWith(start))

beforeAll(async () => {
  const input = events.map(event => JSON.stringify(event)).join('\n')
  run = startProcess(['--serve', '--events', '-'], { input, json: false })
  await lineOf('  npx role-sync example | npx role-sync send')
  environment = Object.fromEntries(
    texts().flatMap(text => {
      const [, name, value] = /^export (\w+)='(.*)'$/.exec(text) ?? []
      return name === undefined ? [] : [[name, String(value)]]
    }),
  )
})
afterAll(() => run.kill('SIGKILL'))

test('the story of a run is a sentence, a table and three things to try, one of them the live page', async () => {
  const at = texts().indexOf('5 messages: 3 changes in effect, 1 resolved, 1 needs a person')
  const story = texts().slice(at)
  expect(story.slice(1, 8)).toEqual([
    '',
    expect.stringMatching(/^outcome +member +event +tries +time +reason$/),
    expect.stringMatching(/^resolved +person +of-jane .*into 2 events/),
    expect.stringMatching(/^applied +\w+ \S+ +of-jane\/…/),
    expect.stringMatching(/^applied +\w+ \S+ +of-jane\/…/),
    expect.stringMatching(/^applied +wacht 7301…8999 +of-member/),
    expect.stringMatching(/^dead +wacht 7301…8999 +of-nobody .*unknown_role/),
  ])
  expect(Math.max(...story.map(({ length }) => length))).toBeLessThanOrEqual(100)
  expect(story.filter(text => text.startsWith('  http'))).toEqual([
    expect.stringMatching(/^ {2}http:\/\/127\.0\.0\.1:\d+\/? +the live page of this run$/),
  ])
  expect(story.join('')).not.toContain('\u001b')
})

test('the total of a run is known from its start', () => {
  const progress = run.stderr.match(/\d+ of \d+ settled/g) ?? []
  expect(progress.length).toBeGreaterThan(0)
  for (const line of progress) expect(line).toMatch(/of 5 settled$/)
})

test('what it exports leads the command line to the sandboxes', async () => {
  const { WACHT_URL, WACHT_TOKEN, PROJECT_URL } = environment
  const { out } = await runProgram(['check', '-'], environment, JSON.stringify(events[1]))
  expect(out).toContain(`${WACHT_URL}/`)
  const state = await fetch(`${PROJECT_URL}/_state`)
  expect(JSON.stringify(await state.json())).toContain('jane@example.com')
  expect(WACHT_TOKEN).toBe('sandbox-wacht-token')
})

test('Ctrl-C says what is lost', async () => {
  expect(await run.kill('SIGINT')).toBe(0)
  expect(run.stderr).toContain(
    'All data is in memory and is lost: 0 waiting messages, 1 dead letter, the ledger',
  )
})

test('a busy port is named, and how to choose others', async () => {
  const busy = createServer()
  await new Promise<void>(resolve => busy.listen(0, '127.0.0.1', resolve))
  const { port } = busy.address() as AddressInfo
  // The sandboxes start first; the first of them has the third port after that of SQS.
  const second = startProcess(['--port', String(port - 3)])
  expect(await second.exited).toBe(1)
  expect(second.stderr).toContain(
    `error: port ${port} is in use. A run uses the port of --port and the 9 ports after it.`,
  )
  busy.close()
})
