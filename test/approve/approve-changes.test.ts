import { createHash } from 'node:crypto'
import { describe, expect, test } from '@jest/globals'
import { type ApprovalRecord, createApprove } from '../../functions/approve/approve-changes.ts'
import { maxPlannedChanges } from '../../functions/aws/function-url.ts'
import { type Approval, approvalKey } from '../../functions/core/guard/approval.ts'

const hash = (text: string) => createHash('sha256').update(text).digest('hex')
const change = {
  member: 'wacht/1/2',
  version: { time: '2026-11-23T09:15:00.25Z', sequence: '42', source: '//hr', id: 'wd-1' },
  desired: { roleId: '7' },
}
const body = { plan: 'ab'.repeat(32), why: 'asked by phone', changes: [change] }
const requestId = 'the invocation'
const anna = 'arn:aws:sts::123456789012:assumed-role/Approver/anna'

/** The function with an empty table that keeps each approver's approval once. `fails` breaks the table. */
function started(fails = false) {
  const written: Approval[] = []
  const lines: (ApprovalRecord | string)[] = []
  const answer = createApprove({
    put: async approval => {
      if (fails) throw new Error('no table')
      const same = ({ approval: key, approver }: Approval) =>
        key === approval.approval && approver === approval.approver
      if (written.some(same)) return 'already'
      written.push(approval)
      return 'stored'
    },
    ...{ needed: 2, hash, now: () => Date.UTC(2026, 11, 1) },
    log: { approval: record => lines.push(record), trouble: what => lines.push(what) },
  })
  return {
    ...{ written, lines },
    /** Sends a body as this ARN; a text as it is. */
    send: async (userArn: unknown, given: unknown = body, event: object = {}) => {
      const requestContext = { requestId, http: { method: 'POST' }, authorizer: { iam: { userArn } } }
      const text = typeof given === 'string' ? given : JSON.stringify(given)
      const reply = await answer({ requestContext, body: text, ...event } as never, requestId)
      expect(reply.headers).toEqual({ 'content-type': 'application/json' })
      return { status: reply.statusCode, ...JSON.parse(reply.body) }
    },
  }
}

test('an approval holds who, what, why and when, under the key of exactly this change', async () => {
  const { send, written, lines } = started()
  expect(await send(anna)).toEqual({
    ...{ status: 200, approver: 'arn:aws:iam::123456789012:role/Approver', needed: 2, approved: [true] },
  })
  expect(written).toEqual([
    {
      ...change,
      ...{ approval: approvalKey(change, hash), approver: 'arn:aws:iam::123456789012:role/Approver' },
      ...{ session: 'anna', at: '2026-12-01T00:00:00.000Z', plan: body.plan, why: body.why },
      expires: Date.UTC(2026, 11, 1) / 1000 + 400 * 86_400,
    },
  ])
  expect(lines).toEqual([
    {
      ...{ approver: 'arn:aws:iam::123456789012:role/Approver', member: 'wacht/1/2', event: 'wd-1' },
      ...{ source: '//hr', plan: body.plan, why: body.why, approved: true },
    },
  ])
})

test('a change with dates is approved under its own version', async () => {
  const { send, written } = started()
  const version = { ...change.version, from: '2026-12-24T00:00:00', end: true as const }
  expect(await send(anna, { ...body, changes: [{ ...change, version }] })).toMatchObject({ status: 200 })
  expect(written).toMatchObject([{ version, approval: approvalKey({ ...change, version }, hash) }])
})

describe('the same principal', () => {
  test('approves a change once, whatever the name of the session', async () => {
    const { send, written } = started()
    await send(anna)
    expect(await send(anna)).toMatchObject({ status: 200, approved: [false] })
    expect(await send(anna.replace('/anna', '/bob'))).toMatchObject({ approved: [false] })
    expect(written).toHaveLength(1)
  })
  test('has one answer for each change, in their order', async () => {
    const { send } = started()
    await send(anna)
    const other = { ...change, desired: { groupIds: ['g1'], owner: false } }
    expect(await send(anna, { ...body, changes: [other, change] })).toMatchObject({ approved: [true, false] })
  })
})

test('principals of another partition are themselves', async () => {
  const { send } = started()
  const role = 'arn:aws-us-gov:sts::123456789012:assumed-role/Approver/anna'
  expect(await send(role)).toMatchObject({ approver: 'arn:aws-us-gov:iam::123456789012:role/Approver' })
  const user = 'arn:aws-cn:iam::123456789012:user/bob'
  expect(await send(user)).toMatchObject({ approver: user })
})

test('two principals are two approvers: a role and a user', async () => {
  const { send, written } = started()
  await send(anna)
  expect(await send('arn:aws:iam::123456789012:user/ops/bob')).toMatchObject({ approved: [true] })
  expect(written.map(({ approver, session }) => [approver, session])).toEqual([
    ['arn:aws:iam::123456789012:role/Approver', 'anna'],
    ['arn:aws:iam::123456789012:user/ops/bob', ''],
  ])
})

test.each<[string, unknown]>([
  ['no identity', undefined],
  ['an identity that is no text', { arn: anna }],
  ['an empty identity', ''],
  ['a federated user, whose name the caller chooses', 'arn:aws:sts::123456789012:federated-user/anna'],
  ['the root user', 'arn:aws:iam::123456789012:root'],
  ['a role without a session', 'arn:aws:sts::123456789012:assumed-role/Approver'],
  ['an ARN with a line after it', `${anna}\n`],
  ['an ARN with something before it', `x${anna}`],
  ['a user with something before it', 'xarn:aws:iam::123456789012:user/bob'],
  ['a user with a space in it', 'arn:aws:iam::123456789012:user/bob jones'],
])('%s is refused, and nothing is written', async (_, userArn) => {
  const { send, written, lines } = started()
  expect(await send(userArn)).toEqual({
    status: 403,
    detail: 'only an IAM role or an IAM user may approve',
  })
  expect([...written, ...lines]).toEqual([])
})

test('an identity in the body or in a header is none', async () => {
  const { send } = started()
  expect(await send(undefined, { ...body, approver: anna }, { headers: { approver: anna } })).toMatchObject({
    status: 403,
  })
  expect(await send(anna, { ...body, approver: 'arn:aws:iam::123456789012:role/Boss' })).toMatchObject({
    ...{ status: 400, detail: 'approver: is not a known field' },
  })
})

const without = (field: string) => Object.fromEntries(Object.entries(body).filter(([key]) => key !== field))
const withChange = (fields: object) => ({ ...body, changes: [{ ...change, ...fields }] })
const withVersion = (fields: object) => withChange({ version: { ...change.version, ...fields } })
test.each<[string, unknown, string]>([
  ['is empty', '', '(body): is not JSON'],
  ['is not JSON', '{"plan":', '(body): is not JSON'],
  ['is a list', [], 'plan: is missing; why: is missing; changes: is missing'],
  ['is a number', 7, '(body): '],
  ['has no plan', without('plan'), 'plan: is missing'],
  ['has a plan that is no hash', { ...body, plan: 'x' }, 'plan: must be the hash of a plan'],
  ['has a longer plan', { ...body, plan: `${body.plan}0` }, 'plan: must be the hash of a plan'],
  ['has more before its plan', { ...body, plan: `x${body.plan}` }, 'plan: must be the hash of a plan'],
  ['has a plan that is a number', { ...body, plan: 7 }, 'plan: must be a string'],
  ['has no why', without('why'), 'why: is missing'],
  ['has an empty why', { ...body, why: '' }, 'why: must not be empty'],
  ['has a long why', { ...body, why: 'x'.repeat(501) }, 'why: must be at most 500 characters'],
  ['has no changes', without('changes'), 'changes: is missing'],
  ['has changes that are no list', { ...body, changes: 7 }, 'changes: must be a list'],
  ['has an empty list of changes', { ...body, changes: [] }, 'changes: must not be empty'],
  [
    'has too many changes',
    { ...body, changes: Array(maxPlannedChanges + 1).fill(change) },
    `changes: must be at most ${maxPlannedChanges}`,
  ],
  ['has a member that is too long', withChange({ member: 'm'.repeat(257) }), 'changes.0.member: must be at'],
  ['has a version without its id', withVersion({ id: undefined }), 'version.id'],
  ['has a sequence of letters', withVersion({ sequence: 'a' }), 'sequence: must be at most 30 digits'],
  ['has a sequence that is a number', withVersion({ sequence: 7 }), 'sequence: must be a string'],
  ['has no desired state', withChange({ desired: undefined }), 'changes.0.desired: is missing'],
  [
    'has a number in a desired state',
    withChange({ desired: { roleId: 7 } }),
    'changes.0.desired.roleId: must be true, false, a string or a list of strings',
  ],
  ['has a text as a desired state', withChange({ desired: 'x' }), 'changes.0.desired: must be an object'],
  [
    'has two faults in a place, and names the first alone',
    { ...body, why: `${'x'.repeat(501)}\n` },
    'why: must be at most 500 characters',
  ],
  [
    'has too many groups',
    withChange({ desired: { groupIds: Array(2001).fill('g') } }),
    'must be at most 2000',
  ],
  ['has another field in a change', withChange({ approver: 'me' }), 'changes.0.approver: is not a known'],
])('a body that %s is refused, and nothing is written', async (_, given, detail) => {
  const { send, written } = started()
  expect(await send(anna, given)).toEqual({ status: 400, detail: expect.stringContaining(detail) })
  expect(written).toEqual([])
})

test('a body that is too large is refused before it is parsed', async () => {
  const { send } = started()
  const largest = ' '.repeat(4 * 1024 * 1024)
  expect(await send(anna, `${largest} `)).toEqual({ status: 413, detail: '(body): must be at most 4 MiB' })
  expect(await send(anna, largest)).toMatchObject({ status: 400 })
})

test('a request without a context, an authorizer or a body is refused', async () => {
  const { send } = started()
  for (const requestContext of [undefined, {}, { requestId }, { requestId, authorizer: {} }])
    expect(await send(anna, body, { requestContext })).toMatchObject({ status: 403 })
  expect(await send(anna, body, { body: undefined })).toMatchObject({ status: 400 })
})

test('as many groups as an event has room for may be approved', async () => {
  const { send } = started()
  const groupIds = Array(2000).fill('3c90c3cc-0d44-4b50-8888-8dd25736052a')
  const changes = Array(maxPlannedChanges).fill({ ...change, desired: { groupIds, owner: true } })
  expect(await send(anna, { ...body, changes })).toMatchObject({ status: 200 })
})

test('a body in base64 is read as it was sent', async () => {
  const { send } = started()
  const encoded = Buffer.from(JSON.stringify(body)).toString('base64')
  expect(await send(anna, encoded, { isBase64Encoded: true })).toMatchObject({ approved: [true] })
})

test('only a POST is answered', async () => {
  const { send } = started()
  const requestContext = { requestId, http: { method: 'GET' }, authorizer: { iam: { userArn: anna } } }
  expect(await send(anna, body, { requestContext })).toEqual({ status: 405, detail: 'send a POST' })
  const noHttp = { requestId, authorizer: { iam: { userArn: anna } } }
  expect(await send(anna, body, { requestContext: noHttp })).toMatchObject({ status: 405 })
})

test('a table that does not answer is told, and the caller sends again', async () => {
  const { send, lines } = started(true)
  expect(await send(anna)).toEqual({ status: 503, detail: 'approvals not written; run the command again' })
  expect(lines).toEqual(['approvals not written; the caller gets 503 and must run the command again'])
})
