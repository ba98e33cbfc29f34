import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { SendMessageCommand } from '@aws-sdk/client-sqs'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { personNameOf } from '../../functions/aws/person-memory.ts'
import type { Overview } from '../../functions/cli/page/page-source.ts'
import { personSecret } from '../../infra/local/run/local-synthesis.ts'
import { runProgram } from '../cli/program.ts'
import { cloudevents } from '../intake/subjects.ts'
import { sqsAt } from '../support/aws.ts'
import { wachtEvent } from './sample-events.ts'
import { type StartProcess, startProcess } from './start-process.ts'

/** Held changes from end to end: the local stack and the command line, each a process of its own; two people must approve. */

/** The unique id of a user, which sends here as its access key id. */
const hr = 'AIDAHR'
const organization = '7301954381230018561'
const member = (id: string) => `wacht/${organization}/${id}`
const folder = mkdtempSync(join(tmpdir(), 'role-sync-hold-'))
const file = (name: string) => join(folder, name)
const janesKey = personNameOf('jane@example.com', personSecret)
writeFileSync(
  file('guards.json'),
  JSON.stringify({
    protected: [
      { member: member('11'), why: 'break-glass owner', senders: [hr] },
      { member: member('12'), why: 'auditor' },
      { member: member('13'), why: 'owner', senders: ['intake/hr'] },
      { person: janesKey, why: 'chief', senders: [hr] },
    ],
    burst: [{ sender: 'AIDAAD', role: 'member', floor: 3 }],
  }),
)

let run: StartProcess
let env: Record<string, string>
beforeAll(async () => {
  const settings = [`guards=${file('guards.json')}`, 'approvalsNeeded=2'].flatMap(each => ['-c', each])
  run = startProcess(['--serve', '--events', '/dev/null', ...settings])
  env = (await run.until(line => 'env' in line)).env as Record<string, string>
})
afterAll(async () => {
  await run.kill('SIGKILL')
  rmSync(folder, { recursive: true })
})

/** Runs the command line as this person. */
const as = (person: string, ...args: string[]) => runProgram(args, { ...env, AWS_ACCESS_KEY_ID: person })
const send = async (person: string, id: string, membershipId: string, roleId: string) => {
  const event = wachtEvent(id, {
    time: new Date().toISOString(),
    data: { membershipId, roleId, role: undefined },
  })
  writeFileSync(file(`${id}.json`), JSON.stringify(event))
  expect(await as(person, 'send', file(`${id}.json`))).toMatchObject({ code: 0 })
}
const ended = (event: string, outcome: string) =>
  run.until(line => line.event === event && line.outcome === outcome)
const heldNow = async (id: string) => {
  const { out } = await as('anna', 'hold', 'list', '--json')
  const { letters } = JSON.parse(out) as { letters: Record<string, unknown>[] }
  return letters.filter(({ member: of }) => of === member(id))
}
/** Plans the letters of an event into a file; answers its name. */
const plan = async (event: string) => {
  const name = file(`plan-${event}.json`)
  expect(await as('anna', 'replay', 'plan', '--event', event, '--out', name)).toMatchObject({
    ...{ code: 0, out: expect.stringMatching(/1 held[\s\S]*PATCH/) },
  })
  return name
}

test('a change of a named sender passes at once; that of anybody else is held, and two people release it', async () => {
  await send(hr, 'named', '11', '7301954381230017002')
  await ended('named', 'applied')
  await send('mallory', 'unnamed', '11', '7301954381230017001')
  await ended('unnamed', 'held')
  expect(await heldNow('11')).toMatchObject([
    {
      ...{ event: 'unnamed', member: member('11'), guard: 'protected', sender: 'mallory', approvedBy: [] },
      detail: expect.stringContaining('break-glass owner'),
    },
  ])

  const planned = await plan('unnamed')
  const approve = (person: string) => as(person, 'hold', 'approve', planned, '--why', 'HR-4711', '--yes')
  expect(await as('anna', 'replay', 'apply', planned, '--yes')).toMatchObject({
    ...{ code: 0, out: '0 sent, 0 removed, 0 refused\n' },
  })
  expect(await approve('anna')).toMatchObject({
    code: 0,
    out: expect.stringMatching(/^1 of 2 approvals for 1/),
  })
  expect(await approve('anna')).toMatchObject({
    ...{ code: 1, out: expect.stringMatching(/user\/anna has approved already: 1 of 2/) },
  })
  expect(await heldNow('11')).toMatchObject([{ approvedBy: ['arn:aws:iam::000000000000:user/anna'] }])
  const { err, ...released } = await approve('bob')
  expect({ err, released }).toMatchObject({
    ...{
      err: expect.stringContaining('next: '),
      released: { code: 0, out: '1 sent, 0 removed, 0 refused\n' },
    },
  })
  await ended('unnamed', 'applied')

  expect((await as('anna', 'member', member('11'))).out).toContain('7301954381230017001')
  const history = await as('anna', 'history', member('11'), '--json')
  const items = JSON.parse(history.out).items as Record<string, unknown>[]
  expect(items.find(({ event, outcome }) => event === 'unnamed' && outcome === 'applied')).toMatchObject({
    approvedBy: ['anna', 'bob'].map(name => `arn:aws:iam::000000000000:user/${name}`),
  })
  expect(await heldNow('11')).toEqual([])
})

test('only what the intake itself verified is from a source: an attribute of a message is a claim', async () => {
  const source = '//workday.example.com/role-changes'
  const data = { membershipId: '13' }
  const verified = JSON.stringify([wachtEvent('verified', { source, data: { ...data, role: 'member' } })])
  const { headers, body } = cloudevents.sign(verified, env.HR_SOURCE_TOKEN ?? '')
  const deliver = () => fetch(`${env.INTAKE_URL}/hr`, { method: 'POST', headers, ...(body && { body }) })
  // A slow machine misses the deadline of the intake: then its sender sends again.
  while ((await deliver()).status !== 202) await new Promise(resolve => setTimeout(resolve, 100))
  await ended('verified', 'applied')

  const sqs = sqsAt(env.AWS_ENDPOINT_URL_SQS ?? '')
  const sender = { DataType: 'String', StringValue: 'intake/hr' }
  const MessageBody = JSON.stringify(wachtEvent('claimed', { source, time: new Date().toISOString(), data }))
  await sqs.send(
    new SendMessageCommand({ QueueUrl: env.CHANGES_QUEUE_URL, MessageBody, MessageAttributes: { sender } }),
  )
  sqs.destroy()
  await ended('claimed', 'held')
})

test('a person is protected by a key, whether an event names the person or the member alone', async () => {
  expect(await as('anna', 'hold', 'person-key', 'Jane@example.com')).toMatchObject({ out: `${janesKey}\n` })
  const data = { target: undefined, organizationId: undefined, membershipId: undefined }
  const person = { person: { email: 'jane@example.com' }, role: 'engineer' }
  const send = async (sender: string, id: string, fields: object) => {
    const event = wachtEvent(id, { time: new Date().toISOString(), data: fields as Record<string, unknown> })
    writeFileSync(file(`${id}.json`), JSON.stringify(event))
    expect(await as(sender, 'send', file(`${id}.json`))).toMatchObject({ code: 0 })
  }
  await send(hr, 'of-jane', { ...data, ...person })
  const applied = await run.until(
    ({ event, outcome, target }) =>
      String(event).startsWith('of-jane/') && outcome === 'applied' && target === 'wacht',
  )
  const membershipId = String(applied.member).split('/').at(-1)
  await send('mallory', 'of-her-member', { membershipId, role: 'member' })
  await ended('of-her-member', 'held')
  await send('mallory', 'of-jane-again', { ...data, ...person, role: 'engineering-manager' })
  await run.until(
    ({ event, outcome, target }) =>
      String(event).startsWith('of-jane-again/') && outcome === 'held' && target === 'wacht',
  )
  await send('mallory', 'of-another', { membershipId: '77', role: 'engineer' })
  await ended('of-another', 'applied')
})

test('a rejection drops exactly the letters of its plan', async () => {
  await send(hr, 'wrong', '12', '7301954381230017002')
  await ended('wrong', 'held')
  const planned = await plan('wrong')
  await send(hr, 'later', '12', '7301954381230017001')
  await ended('later', 'held')
  expect(await as('anna', 'hold', 'reject', planned, '--why', 'nobody asked', '--by', 'anna')).toMatchObject({
    ...{ code: 0, err: expect.stringMatching(/^dropped wrong .* by anna: nobody asked$/m) },
  })
  expect(await heldNow('12')).toMatchObject([{ event: 'later', sender: hr }])
})

test('the sample day of a run that stays up leaves what its guard holds to the user, on the page with its commands', async () => {
  const served = startProcess(['--serve'])
  try {
    const variables = (await served.until(line => 'env' in line)).env as Record<string, string>
    await served.until(line => 'summary' in line)
    const { held } = (await (await fetch(`${variables.ROLE_SYNC_PAGE}/overview`)).json()) as Overview
    expect(held).toMatchObject([
      { guard: 'burst', sender: 'intake/hr', scope: `wacht/${organization}`, role: 'member', people: 3 },
    ])
    const [planned, ...args] = [file('plan-sample.json'), '--guard', 'burst', '--sender', 'intake/hr']
    const asAnna = (...words: string[]) => runProgram(words, { ...variables, AWS_ACCESS_KEY_ID: 'anna' })
    expect(await asAnna('replay', 'plan', ...args, '--out', planned!)).toMatchObject({ code: 0 })
    expect(await asAnna('hold', 'approve', planned!, '--why', 'asked', '--yes')).toMatchObject({
      ...{ code: 0, out: '3 sent, 0 removed, 0 refused\n' },
    })
  } finally {
    await served.kill('SIGKILL')
  }
})

test('of twelve withdrawals of one sender three take effect; nine are held and released at once; other changes go on', async () => {
  const all = Array.from({ length: 12 }, (_, n) => ({ id: `leaver-${n}`, membershipId: `${101 + n}` }))
  const bodies = all.map(({ id, membershipId }) =>
    JSON.stringify(wachtEvent(id, { data: { membershipId, role: 'member' } })),
  )
  writeFileSync(file('leavers.ndjson'), `${bodies.join('\n')}\n`)
  expect(await as('AIDAAD', 'send', file('leavers.ndjson'))).toMatchObject({ code: 0 })
  const outcomeOf = async (id: string, by: string[]) =>
    (await run.until(line => line.event === id && by.includes(line.outcome as string))).outcome
  const outcomes: unknown[] = []
  for (const { id } of all) outcomes.push(await outcomeOf(id, ['applied', 'held']))
  expect([
    outcomes.filter(each => each === 'applied'),
    outcomes.filter(each => each === 'held'),
  ]).toMatchObject([...[{ length: 3 }, { length: 9 }]])
  await send('AIDAAD', 'joiner', '120', '7301954381230017002')
  await ended('joiner', 'applied')

  const bursts = async () => JSON.parse((await as('anna', 'hold', 'list', '--json')).out).bursts
  expect(await bursts()).toMatchObject([
    { sender: 'AIDAAD', scope: `wacht/${organization}`, role: 'member', people: 9, letters: 9 },
  ])
  const planned = file('plan-burst.json')
  expect(
    await as('anna', 'replay', 'plan', '--guard', 'burst', '--sender', 'AIDAAD', '--out', planned),
  ).toMatchObject({
    ...{ code: 0, out: expect.stringMatching(/9 held/) },
  })
  const approve = (person: string) => as(person, 'hold', 'approve', planned, '--why', 'site closed', '--yes')
  expect(await approve('anna')).toMatchObject({ out: expect.stringMatching(/^1 of 2 approvals for 9/) })
  expect(await approve('bob')).toMatchObject({ code: 0, out: '9 sent, 0 removed, 0 refused\n' })
  for (const { id } of all) await ended(id, 'applied')
  expect(await bursts()).toEqual([])
})
