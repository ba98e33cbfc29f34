import { describe, expect, test } from '@jest/globals'
import { effects } from '../support/entries.ts'
import { bodyOf, noon, personData, wachtData } from '../support/events.ts'
import { fakeWorld, messageOf } from '../support/world.ts'

const [minute, day] = [60_000, 86_400_000]
const iso = (ms: number) => new Date(ms).toISOString()
const member = `wacht/${wachtData.organizationId}/${wachtData.membershipId}`
const entryOf = (fake: ReturnType<typeof fakeWorld>) => fake.entry(String(wachtData.membershipId))

/** A change of the member that takes effect `from` then, or ends then. */
const dated = ({
  id = 'e1',
  from,
  until,
  ...data
}: {
  id?: string
  from?: number
  until?: number
  roleId?: string
} = {}) =>
  bodyOf({
    id,
    data: {
      ...{ ...wachtData, ...data },
      ...(from !== undefined && { from: iso(from) }),
      ...(until !== undefined && endAt(until, 'manager')),
    },
  })
const endAt = (at: number, then: string) => ({ until: iso(at), then })
const outcomesOf = ({ state }: ReturnType<typeof fakeWorld>) =>
  state.outcomes.map(({ event, outcome }) => `${event} ${outcome}`)

describe('a change that takes effect later', () => {
  test('is kept until then, and its message ends as scheduled; nothing is sent', async () => {
    const fake = fakeWorld()
    expect(await fake.run(messageOf('m1', dated({ from: noon + day })))).toEqual([])
    expect(outcomesOf(fake)).toEqual(['e1 scheduled'])
    expect(fake.state.due).toMatchObject([
      { at: noon + day, half: 'begin', member, body: dated({ from: noon + day }) },
    ])
    expect(fake.state.log).toEqual(['keep what is due'])
  })

  test('waits itself if its instant is near: for as long as it takes, to the second, however often it was received', async () => {
    const fake = fakeWorld()
    const near = dated({ from: noon + 299_500 })
    expect(await fake.run(messageOf('m1', near), messageOf('m2', near, { receives: 400 }))).toEqual([
      'm1',
      'm2',
    ])
    expect(fake.state.delays).toEqual([
      { id: 'm1', seconds: 300 },
      { id: 'm2', seconds: 300 },
    ])
    expect(fake.state.retries.map(({ cause }) => cause)).toEqual(['not_yet', 'not_yet'])
    fake.state.now += 299_500
    expect(await fake.run(messageOf('m1', near))).toEqual([])
    expect(outcomesOf(fake)).toEqual(['e1 applied'])
  })

  test('is not given up while it waits', async () => {
    const fake = fakeWorld()
    const old = { firstReceivedAt: noon - 5 * day, sentAt: noon - 5 * day }
    expect(await fake.run(messageOf('m1', dated({ from: noon + minute }), old))).toEqual(['m1'])
    expect(fake.state.letters).toEqual([])
  })

  test('makes no other change of its member wait, and waits for none', async () => {
    const fake = fakeWorld({ effects: [effects.deferred] })
    const stay = await fake.run(
      messageOf('m1', dated({ id: 'e1', from: noon + minute })),
      messageOf('m2', dated({ id: 'e2', from: noon + day })),
      messageOf('m3', dated({ id: 'e3' })),
    )
    expect(stay.toSorted()).toEqual(['m1', 'm3'])
    expect(fake.state.retries.map(({ messageId, cause }) => `${messageId} ${cause}`).toSorted()).toEqual([
      'm1 not_yet',
      'm3 throttled',
    ])
    expect(outcomesOf(fake)).toEqual(['e2 scheduled'])
  })

  test('is retried if it cannot be kept', async () => {
    const fake = fakeWorld()
    fake.state.dueFails = true
    expect(await fake.run(messageOf('m1', dated({ from: noon + day })))).toEqual(['m1'])
    expect(fake.state.retries).toMatchObject([{ cause: 'due_unavailable' }])
    expect(fake.state.troubles).toEqual([
      'change that takes effect later not kept; its message will be retried: the table is not there',
    ])
  })

  test('that waited for so long that SQS deletes it soon is a letter', async () => {
    const fake = fakeWorld()
    await fake.run(messageOf('m0', bodyOf({ id: 'newer', time: '2026-11-23T11:00:00Z', data: wachtData })))
    const before = entryOf(fake)
    fake.state.dueFails = true
    const old = messageOf('m1', dated({ from: noon + day }), { sentAt: noon - 13 * day })
    expect(await fake.run(old)).toEqual([])
    expect(fake.state.letters.map(({ attributes }) => attributes.reason)).toEqual(['gave_up'])
    expect(entryOf(fake)).toMatchObject({ applied: before?.applied, ended: [{ message: 'm1' }] })
  })

  test('that names a person is kept without a member, and the person is looked up when it is due', async () => {
    const fake = fakeWorld()
    const body = bodyOf({ data: { ...personData, from: iso(noon + day) } })
    expect(await fake.run(messageOf('m1', body, { receives: 2 }))).toEqual([])
    expect(fake.state.outcomes).toMatchObject([{ outcome: 'scheduled', member: null }])
    expect(fake.state.due).toMatchObject([{ at: noon + day, half: 'begin', body }])
    expect(fake.state.due[0]).not.toHaveProperty('member')
    expect(fake.state.log).toEqual(['keep what is due'])
    const near = bodyOf({ data: { ...personData, from: iso(noon + minute) } })
    expect(await fake.run(messageOf('m2', near))).toEqual(['m2'])
    fake.state.dueFails = true
    expect(await fake.run(messageOf('m3', body))).toEqual(['m3'])
    expect(fake.state.retries.map(({ cause }) => cause)).toEqual(['not_yet', 'due_unavailable'])
  })
})

describe('the end of a change', () => {
  test('is kept before the first write', async () => {
    const fake = fakeWorld()
    expect(await fake.run(messageOf('m1', dated({ until: noon + day })))).toEqual([])
    expect(fake.state.log.filter(what => /^(keep|send)/.test(what))).toEqual([
      'keep what is due',
      `send ${wachtData.roleId}`,
    ])
    expect(fake.state.due).toMatchObject([{ at: noon + day, half: 'end', member, role: 'manager' }])
    expect(JSON.parse(fake.state.due[0]?.body ?? '')).toEqual({
      ...JSON.parse(dated({ until: noon + day })),
      half: 'end',
    })
    expect(entryOf(fake)?.applied).toMatchObject({ ends: { at: '2026-11-24T12:00:00', role: 'manager' } })
  })

  test('is sent to the queue at once if it is near, to be seen then', async () => {
    const fake = fakeWorld()
    const grant = messageOf('m1', dated({ until: noon + 90_500, roleId: '9' }), { sender: 'intake/hr' })
    expect(await fake.run(grant)).toEqual([])
    expect(fake.state.due).toEqual([])
    expect([fake.state.seconds, fake.state.senders]).toEqual([[91], ['intake/hr']])
    fake.state.now += 91_000
    expect(await fake.run(messageOf('m2', fake.state.enqueued[0] ?? ''))).toEqual([])
    expect(outcomesOf(fake)).toEqual(['e1 applied', 'e1 applied'])
    expect(fake.state.sent.map(({ desired }) => desired.roleId)).toEqual(['9', wachtData.roleId])
    expect(entryOf(fake)?.applied).toMatchObject({ role: 'manager', version: { end: true } })
  })

  test('that cannot be kept defers the change: nothing is written at the target, and the lease is free', async () => {
    const fake = fakeWorld()
    fake.state.dueFails = true
    expect(await fake.run(messageOf('m1', dated({ until: noon + day })))).toEqual(['m1'])
    expect(fake.state.sent).toEqual([])
    expect(fake.state.retries).toMatchObject([{ cause: 'due_unavailable' }])
    expect(entryOf(fake)).toMatchObject({ failures: 1 })
    expect(entryOf(fake)).not.toHaveProperty('lease')
  })

  test('that has passed when the change comes is taken at once, and the outcome says so', async () => {
    const fake = fakeWorld()
    const body = bodyOf({
      time: iso(noon - day),
      data: { ...wachtData, roleId: '9', ...endAt(noon - minute, 'manager') },
    })
    await fake.run(messageOf('m1', body))
    expect(fake.state.sent.map(({ desired }) => desired.roleId)).toEqual([wachtData.roleId])
    expect(fake.state.outcomes).toMatchObject([
      {
        ...{ outcome: 'applied', timeToEffectMs: minute },
        detail: 'data.until had passed: the role of data.then took its place at once',
      },
    ])
    expect(fake.state.due).toEqual([])
  })

  test('of a superseded change is not kept', async () => {
    const fake = fakeWorld()
    await fake.run(messageOf('m1', bodyOf({ id: 'newer', time: '2026-11-23T10:00:00Z', data: wachtData })))
    await fake.run(messageOf('m2', dated({ until: noon + day })))
    expect(outcomesOf(fake)).toEqual(['newer applied', 'e1 superseded'])
    expect(fake.state.due).toEqual([])
  })

  test('that comes before the change takes effect, and the change ends as superseded', async () => {
    const fake = fakeWorld()
    const grant = dated({ until: noon + minute, roleId: '9' })
    const end = grant.replace(/\}$/, ',"half":"end"}')
    fake.state.now += 2 * minute
    await fake.run(messageOf('m2', end))
    await fake.run(messageOf('m1', grant))
    expect(outcomesOf(fake)).toEqual(['e1 applied', 'e1 superseded'])
    expect(fake.state.sent.map(({ desired }) => desired.roleId)).toEqual([wachtData.roleId])
  })
})
