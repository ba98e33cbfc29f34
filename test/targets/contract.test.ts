import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { type Fault, faults } from '../../infra/local/sandbox/faults.ts'
import type { Sandbox } from '../../infra/local/sandbox/sandbox-server.ts'
import { applyOver, type Subject, subjects, token } from '../support/subjects.ts'
import { createTimeOut } from '../support/time-out.ts'

type Case = readonly [name: string, fault: Fault, effect: object, lands: boolean, byReadBack?: object]

const proven = { kind: 'proven', status: 200 }
const refused = (reason: string, status: number) => ({ kind: 'refused', reason, status })
const deferred = (cause: string, status: number) => ({ kind: 'deferred', cause, status })
const unknown = (cause: string, answered: boolean) => ({ kind: 'unknown', cause, answered })
const onWrite = (fault: Fault): Fault => ({ ...fault, on: 'write' })
const answering = (status: number, body: string): Fault => ({
  answer: { status, body, headers: { 'content-type': 'x/y' } },
})

const noEffect = refused('no_effect', 200)
const unreadable = unknown('unreadable', true)
const never = (fault: Fault): Fault => ({ ...fault, land: 'never' })

/** functions/README.md#what-an-answer-means for the write. `byReadBack`: what it is where the target has a read-back. */
const answers: readonly Case[] = [
  ['the truth', {}, proven, true],
  ['a true 2xx, slowly', faults.slow(20), proven, true],
  ['200 that shows the old state', faults.noEffect('unchanged'), refused('no_effect', 200), false],
  ['200 without content and without effect', faults.noEffect('bare'), refused('no_effect', 200), false],
  ['200 with an HTML page', faults.html(200), unreadable, true, proven],
  ['200 with an HTML page from somebody in front of it', onWrite(faults.maintenance()), unreadable, false],
  ['200 with text', answering(200, 'OK'), unreadable, true, proven],
  ['200 with text and without effect', never(answering(200, 'OK')), unreadable, false],
  ['200 with half of its JSON', never(answering(200, '{"id":"7","owner":')), unreadable, false],
  ['200 without a body', answering(200, ''), unreadable, true, proven],
  ['200 with nothing but white space', answering(200, '\r\n'), unreadable, true, proven],
  ['200 without a body and without effect', never(answering(200, '')), unreadable, false, noEffect],
  ['204', { answer: { status: 204 } }, unreadable, true, proven],
  ['204 without effect', never({ answer: { status: 204 } }), unreadable, false, noEffect],
  ['200 with more than a mebibyte', faults.oversized(), unreadable, true, proven],
  ['200 with more than a mebibyte, and without effect', never(faults.oversized()), unreadable, false],
  ['200 with the JSON of an error', never(answering(200, '{"error":"down"}')), noEffect, false],
  ['200 with JSON that says nothing', never(answering(200, 'null')), noEffect, false],
  ['400', faults.error(400), refused('rejected', 400), false],
  ['401', onWrite(faults.unauthorized()), deferred('credentials_rejected', 401), false],
  ['403', faults.error(403), refused('forbidden', 403), false],
  ['404', faults.error(404), refused('not_found', 404), false],
  ['409', faults.error(409), deferred('not_now', 409), false],
  ['422', faults.error(422), refused('rejected', 422), false],
  ['425', faults.error(425), deferred('not_now', 425), false],
  ['429', onWrite(faults.throttled(7)), { ...deferred('throttled', 429), delayMs: 7000 }, false],
  ['an HTML page of 403', faults.html(403), refused('forbidden', 403), false],
  ['301', onWrite(faults.redirect('/', 301)), refused('redirected', 301), false],
  ['304', onWrite(faults.redirect('/', 304)), refused('redirected', 304), false],
  ['500 after the commit', faults.errorAfterCommit(500), unknown('server_error', true), true],
  ['500 without one', faults.error(500), unknown('server_error', true), false],
  ['502', faults.errorAfterCommit(502), unknown('server_error', false), true],
  ['503', faults.error(503), unknown('server_error', true), false],
  ['504', faults.error(504), unknown('server_error', false), false],
  ['an HTML page of 502', faults.html(502), unknown('server_error', false), false],
  ['a reset before the commit', faults.reset(), unknown('reset', false), false],
  ['a reset after the commit', faults.reset('now'), unknown('reset', false), true],
  ['an answer that breaks off', faults.truncated(), unknown('reset', false), true],
]

/** Those for which the attempt waits until its time is up. */
const silences: readonly Case[] = [
  ['no answer', faults.silent(), unknown('timeout', false), false],
  ['a body that stalls', faults.stalled(), unknown('timeout', false), true],
  [
    'a body that stalls, and no commit',
    { land: 'never', answer: 'stalled' },
    unknown('timeout', false),
    false,
  ],
]

const scopeOf = ({ member }: Subject): string => member.split('/').slice(0, 2).join('/')

describe.each(subjects)('$name', (subject: Subject) => {
  let sandbox: Sandbox<unknown>
  beforeEach(async () => {
    sandbox = await subject.start()
  })
  afterEach(() => sandbox.stop())

  const run = async (
    [, fault, effect, lands, byReadBack]: Case,
    way: Parameters<typeof applyOver>[3] = {},
  ) => {
    sandbox.next(subject.member, fault)
    const found = await applyOver(subject.connect(sandbox.url), subject.member, subject.wanted, way)
    expect(found).toMatchObject((subject.reads && byReadBack) || effect)
    expect(JSON.stringify(found)).not.toContain(token)
    expect(subject.held(sandbox)).toEqual(subject.shown(lands ? subject.wanted : subject.before))
    expect(sandbox.calls(subject.member, 'write')).toBe(1)
  }
  const each = (cases: readonly Case[]) => cases.map(one => [one[0], one] as const)

  test.each(each(answers))('%s', (_, one) => run(one))
  test.each(each(silences))('%s', async (_, one) => {
    const { timeUp, end } = createTimeOut()
    sandbox.until(({ kind }) => kind === 'write').then(() => setTimeout(end, 20))
    await run(one, { timeUp })
  })

  test('a maintenance page in front of all of it is never an answer of its own', async () => {
    sandbox.always(subject.member, faults.maintenance())
    sandbox.always(scopeOf(subject), faults.maintenance())
    const target = subject.connect(sandbox.url)
    const effect = await applyOver(target, subject.member, subject.wanted)
    expect(['unknown', 'deferred']).toContain(effect.kind)
    sandbox.always(scopeOf(subject), undefined)
    sandbox.next(scopeOf(subject), { on: 'read' }, faults.maintenance())
    expect(await applyOver(target, subject.member, subject.wanted)).toMatchObject(unreadable)
    sandbox.always(subject.member, undefined)
    expect((await applyOver(target, subject.member, subject.wanted)).kind).toBe('proven')
  })

  test('bears the token, and asks for JSON', async () => {
    const target = subject.connect(sandbox.url)
    await applyOver(target, subject.member, subject.wanted)
    expect(sandbox.journal.every(({ status }) => status === 200)).toBe(true)
    expect(sandbox.journal.find(({ kind }) => kind === 'write')).toMatchObject({
      path: new URL(target.request(subject.member, subject.wanted).url).pathname,
      body: target.request(subject.member, subject.wanted).body,
    })
  })

  test('the same state again is proven again, and nobody loses it', async () => {
    for (let n = 0; n < 3; n++) {
      const effect = await applyOver(subject.connect(sandbox.url), subject.member, subject.wanted)
      expect(effect.kind).toBe('proven')
      expect(subject.held(sandbox)).toEqual(subject.shown(subject.wanted))
    }
  })

  test('a fresh secret is tried once, and only once', async () => {
    sandbox.rotate('fresh')
    const asked: string[] = []
    const secret = (fresh: string) => ({
      token: async () => token,
      refreshed: async (rejected: string) => {
        asked.push(rejected)
        return fresh
      },
    })
    const target = subject.connect(sandbox.url)
    const still = await applyOver(target, subject.member, subject.wanted, { credentials: secret('stale') })
    expect(still).toMatchObject(deferred('credentials_rejected', 401))
    expect({ asked, calls: sandbox.journal.length }).toEqual({ asked: [token], calls: 2 })
    const effect = await applyOver(target, subject.member, subject.wanted, { credentials: secret('fresh') })
    expect(effect.kind).toBe('proven')
  })

  test('without a secret nothing is sent', async () => {
    const credentials = {
      token: () => Promise.reject(new Error('the secret could not be read')),
      refreshed: async () => undefined,
    }
    const effect = await applyOver(subject.connect(sandbox.url), subject.member, subject.wanted, {
      credentials,
    })
    expect(effect).toMatchObject({ kind: 'deferred', cause: 'no_credentials' })
    expect(sandbox.journal).toEqual([])
  })

  test('a base URL with a path and a slash at its end is the same place', async () => {
    const urls = [sandbox.url, `${sandbox.url}/`, `${sandbox.url}//`].map(
      url => subject.connect(url).request(subject.member, subject.wanted).url,
    )
    expect(new Set(urls).size).toBe(1)
    const below = subject.connect('https://h.example/x/y/').request(subject.member, subject.wanted).url
    expect(below).toMatch(/^https:\/\/h\.example\/x\/y\/[a-z]/)
  })

  test('what stands in a path is encoded, whatever the schemas have refused before', () => {
    const { url } = subject.connect('https://h.example').request('t/a b?c#d%2f/é&', subject.wanted)
    expect(url).toContain('/a%20b%3Fc%23d%252f/members/%C3%A9%26')
  })
})
