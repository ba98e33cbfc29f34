import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { type Fault, faults } from '../../infra/local/sandbox/faults.ts'
import type { Sandbox } from '../../infra/local/sandbox/sandbox-server.ts'
import { applyOver, readOver, type Subject, subjects, token } from '../support/subjects.ts'
import { createTimeOut } from '../support/time-out.ts'

/** Why a list says nothing of a member, and how that is told. */
const failures: readonly (readonly [name: string, fault: Fault, detail: RegExp])[] = [
  ['401', faults.unauthorized(), /^target rejects the token \(401\): /],
  ['403', faults.error(403), /^the state cannot be read \(403\): /],
  ['404', faults.error(404), /^target does not know the member \(404\): /],
  ['429', faults.throttled(7), /^target is rate-limiting \(429\): /],
  ['500', faults.error(500), /^the state cannot be read \(500\): /],
  ['a redirect', faults.redirect('/', 301), /^the state cannot be read \(301\): /],
  ['an HTML page', faults.html(200), /^the state cannot be read \(200\): /],
  [
    'JSON that is no list',
    { answer: { status: 200, body: { results: {}, data: {} } } },
    /^the state cannot be read/,
  ],
  ['a reset', faults.reset(), /^the state cannot be read: /],
  ['no answer', faults.silent(), /^the state cannot be read: no answer in time$/],
]

describe.each(subjects)('$name, asked what a member holds', (subject: Subject) => {
  let sandbox: Sandbox<unknown>
  beforeEach(async () => {
    sandbox = await subject.start()
  })
  afterEach(() => sandbox.stop())

  const read = (member = subject.member, way = {}) => readOver(subject.connect(sandbox.url), member, way)

  if (!subject.reads) {
    test('cannot be asked: it shows that only in the answer to a write', async () => {
      expect(subject.connect(sandbox.url).read).toBeUndefined()
    })
    return
  }

  test('shows it in the words of the write, before a change and after it', async () => {
    const target = subject.connect(sandbox.url)
    const bodyOf = (state: typeof subject.before) => target.request(subject.member, state).body
    expect(await read()).toEqual({ kind: 'holds', state: bodyOf(subject.before) })
    await applyOver(target, subject.member, subject.wanted)
    expect(await read()).toEqual({ kind: 'holds', state: bodyOf(subject.wanted) })
  })

  test('is written nothing', async () => {
    const before = JSON.stringify(sandbox.state)
    await read()
    expect(JSON.stringify(sandbox.state)).toBe(before)
    expect(new Set(sandbox.journal.map(({ method }) => method))).toEqual(new Set(['GET']))
  })

  test('says that it does not list a member', async () => {
    const last = subject.member.at(-1) === '0' ? '1' : '0'
    expect(await read(subject.member.slice(0, -1) + last)).toEqual({ kind: 'absent' })
  })

  test.each(failures)('says that it could not be read: %s', async (_, fault, detail) => {
    sandbox.next(subject.member.split('/').slice(0, 2).join('/'), { ...fault, on: 'read' })
    const { timeUp, end } = createTimeOut()
    if (fault.answer === 'none') sandbox.until(({ kind }) => kind === 'read').then(end)
    const reading = await read(subject.member, { timeUp })
    expect(reading).toMatchObject({ kind: 'unread', detail: expect.stringMatching(detail) })
    expect(JSON.stringify(reading)).not.toContain(token)
  })
})
