import { describe, expect, test } from '@jest/globals'
import { maxPlannedChanges } from '../../functions/aws/function-url.ts'
import { signWith } from '../../functions/aws/reassert-key.ts'
import { readReassertion } from '../../functions/core/event/reassertion.ts'
import { createReassert, type ReassertRecord } from '../../functions/reassert/send-reassertions.ts'
import { appliedOf, entryOf, member, versionOf } from '../support/entries.ts'
import { noon } from '../support/events.ts'

const change = (n = 1) => ({ member, version: versionOf(n) })
const asked = { plan: 'ab'.repeat(32), why: 'HR-4711', changes: [change()] }
const requestId = 'the invocation'
const anna = 'arn:aws:sts::123456789012:assumed-role/Operator/anna'
const operator = 'arn:aws:iam::123456789012:role/Operator'

/** The function; the first change of the member is applied. `fails`: what does not answer. */
function started(fails?: 'ledger' | 'queue' | 'key') {
  const sent: { body: string; sender: string | undefined }[] = []
  const lines: (ReassertRecord | string)[] = []
  const unless = (what: typeof fails) => {
    if (fails === what) throw new Error(`no ${what}`)
  }
  const answer = createReassert({
    read: async name => {
      unless('ledger')
      return name === member ? entryOf({ applied: appliedOf(1) }) : undefined
    },
    enqueue: async (bodies, sender) => {
      unless('queue')
      sent.push(...bodies.map(body => ({ body, sender })))
    },
    sign: async () => {
      unless('key')
      return signWith('key')
    },
    ...{ source: '//role-sync/prod/drift', newId: () => `id ${sent.length}`, now: () => noon },
    log: { reassertion: record => lines.push(record), trouble: what => lines.push(what) },
  })
  return {
    ...{ sent, lines },
    send: async (body: unknown, userArn = anna, id = requestId) => {
      const iam = { userArn, userId: 'AROAEXAMPLE:anna' }
      const requestContext = { requestId: id, http: { method: 'POST' }, authorizer: { iam } }
      const reply = await answer({ requestContext, body: JSON.stringify(body) } as never, requestId)
      return { status: reply.statusCode, ...JSON.parse(reply.body) }
    },
  }
}

test('what is applied is asked for, signed, for 55 minutes, in the name of the caller', async () => {
  const { send, sent, lines } = started()
  expect(await send(asked)).toEqual({ status: 200, by: operator, sent: [true] })
  expect(sent).toEqual([{ body: expect.any(String), sender: 'AROAEXAMPLE' }])
  const read = readReassertion(sent[0]!.body, noon)
  if (!read?.ok) throw new Error('refused')
  expect(read.reassertion).toEqual({
    ...{ ...change(), by: operator, plan: asked.plan, expires: noon + 3_300_000 },
  })
  expect(read.named).toMatchObject({ event: 'id 0', source: '//role-sync/prod/drift' })
  expect(read.signature).toBe(signWith('key')(read.signed))
  const [plan, why] = [asked.plan, asked.why]
  expect(lines).toEqual([{ by: operator, member, event: 'e1', source: 's', plan, why, sent: true }])
})

test('a version that is not applied is left out, and the answer says which', async () => {
  const { send, sent, lines } = started()
  const changes = [change(2), change(1), { ...change(1), member: 'wacht/1/9' }]
  expect(await send({ ...asked, changes })).toMatchObject({ status: 200, sent: [false, true, false] })
  expect(sent).toHaveLength(1)
  expect(lines.map(each => (each as ReassertRecord).sent)).toEqual([false, true, false])
})

test('nothing is sent where nothing is applied', async () => {
  const { send, sent } = started('queue')
  expect(await send({ ...asked, changes: [change(2)] })).toMatchObject({ status: 200, sent: [false] })
  expect(sent).toEqual([])
})

test.each(['ledger', 'queue', 'key'] as const)(
  'where the %s does not answer, the caller is told to try again',
  async fails => {
    const { send, sent, lines } = started(fails)
    expect(await send(asked)).toEqual({
      status: 503,
      detail: 're-assertions not sent; run the command again',
    })
    expect(sent).toEqual([])
    expect(lines).toEqual(['re-assertions not sent; the caller gets 503 and must run the command again'])
  },
)

describe('a request is refused', () => {
  test.each<[string, object, number, string]>([
    ['without changes', { ...asked, changes: [] }, 400, 'changes: must not be empty'],
    [
      'with too many',
      { ...asked, changes: Array(maxPlannedChanges + 1).fill(change()) },
      400,
      'changes: must be at most 50',
    ],
    ['without a reason', { ...asked, why: '' }, 400, 'why: must not be empty'],
    ['without the hash of a plan', { ...asked, plan: 'x' }, 400, 'plan: must be the hash of a plan'],
    [
      'with a state',
      { ...asked, changes: [{ ...change(), desired: { roleId: '1' } }] },
      400,
      'changes.0.desired: is not a known field',
    ],
  ])('%s', async (_, body, status, detail) => {
    const { send, sent } = started()
    expect(await send(body)).toEqual({ status, detail })
    expect(sent).toEqual([])
  })
  test('that nobody signed, or that did not come through the URL', async () => {
    const { send, sent } = started()
    expect(await send(asked, 'arn:aws:iam::123456789012:root')).toEqual({
      ...{ status: 403, detail: 'only an IAM role or an IAM user may re-assert' },
    })
    expect(await send(asked, anna, 'another')).toMatchObject({ status: 403 })
    expect(sent).toEqual([])
  })
})
