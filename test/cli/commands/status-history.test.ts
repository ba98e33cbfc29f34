import { DeleteTableCommand } from '@aws-sdk/client-dynamodb'
import { afterAll, expect, test } from '@jest/globals'
import { sha256 } from '../../../functions/aws/sha256.ts'
import { statusInHistory } from '../../../functions/cli/commands/event-status.ts'
import { run } from '../../../functions/cli/program.ts'
import { type HistoryItem, proofItem } from '../../../functions/core/history/history-item.ts'
import type { Entry } from '../../../functions/core/ledger/ledger-entry.ts'
import { namesOf } from '../../../functions/core/resource-names.ts'
import { noon } from '../../support/events.ts'
import { at, entryBy, name, source } from '../dead-letters.ts'
import { clientOf, databaseOf, fakeWorld } from '../fake-world.ts'
import { scenario } from '../scenario.ts'
import { startStages } from '../stage.ts'

const stages = await startStages()
afterAll(() => stages.stop())

const atNine = { version: { time: '2026-11-23T09:00:00', sequence: '', source, id: 'old' }, event: 'old' }
const proof = proofItem(
  name,
  { ...atNine, message: 'm1', desired: { roleId: '1' }, at: noon, receives: 1 },
  sha256,
)
const endOf = (outcome: HistoryItem['outcome'], fields: Partial<HistoryItem> = {}): HistoryItem => ({
  ...{ ...proof, version: `${proof.version} ${outcome}`, outcome, ...fields },
})
const statusOf = async (items: readonly HistoryItem[], args: readonly string[], entry?: Entry) => {
  const stage = await stages.next()
  await stage.history(...items)
  if (entry) await stage.entry(entry)
  const { code, out, err } = await at(stage, ['status', ...args])
  return { code, words: out.split('\n').slice(1).join(' ').trim(), err }
}

scenario('status knows when an event was proven, also if a newer one is applied by now', async () => {
  expect(await statusOf([proof], ['old', '--source', source], entryBy('now'))).toMatchObject({
    ...{
      code: 0,
      words: expect.stringMatching(/^applied: confirmed at the target .* at 2026-11-23T12:00:00Z$/),
    },
  })
})
const ends: readonly (readonly [string, HistoryItem, number, RegExp])[] = [
  ['superseded', endOf('superseded', { by: 'now' }), 0, /^superseded: by event now$/],
  [
    'resolved',
    endOf('resolved', { events: 2 }),
    0,
    /^resolved: 2 events were made for the members of the person /,
  ],
  [
    'shadowed',
    endOf('shadow', { wouldHold: 'burst', shows: 'differs' }),
    0,
    /^shadow: would hold \(burst\); the target showed another state, .* ago, at 2026-/,
  ],
  [
    'scheduled',
    endOf('scheduled', { from: '2027-01-01T00:00:00' }),
    0,
    /^scheduled: takes effect at 2027-01-01T00:00:00Z$/,
  ],
  [
    'dead',
    endOf('dead', { reason: 'rejected' }),
    1,
    /^waiting, or unknown: it became a dead letter \(rejected\) that is not there/,
  ],
]
for (const [what, item, code, words] of ends) {
  scenario(`status finds an event that is ${what} by its source and id`, async () => {
    const found = await statusOf([item], ['old', '--source', source])
    expect(found).toMatchObject({ code, words: expect.stringMatching(words) })
  })
}
scenario('status finds an event among the changes of its member', async () => {
  expect(await statusOf([endOf('duplicate'), proof], ['old', '--member', name])).toMatchObject({
    ...{ code: 0, words: expect.stringMatching(/^applied/) },
  })
})
test('an event whose end is proven too was applied when it began', () => {
  const [begun, ended] = [proof, { ...proof, at: new Date(noon + 1000).toISOString(), end: true as const }]
  expect(statusInHistory({ event: 'old', member: name }, [ended, begun])).toEqual({
    status: 'applied',
    since: noon,
  })
})
test('the status of a message that was sent again is that of this message, unless the event is applied', () => {
  const items = [endOf('superseded', { by: 'x' }), endOf('dead', { message: 'm2', reason: 'rejected' })]
  const asked = { ...atNine, member: name }
  expect(statusInHistory({ ...asked, message: 'm2' }, items)).toEqual({ status: 'dead', reason: 'rejected' })
  expect(statusInHistory({ ...asked, message: 'm3' }, items)).toBeUndefined()
  expect(statusInHistory({ ...asked, message: 'm2' }, [...items, proof])).toEqual({
    status: 'applied',
    since: noon,
  })
  const other = { ...asked, version: { ...atNine.version, time: '2026-11-23T08:00:00' } }
  expect(statusInHistory(other, items)).toBeUndefined()
})

const denied =
  (...denies: readonly string[]) =>
  async (items: readonly HistoryItem[], id: string) => {
    const stage = await stages.next()
    await stage.history(...items)
    const fake = fakeWorld({ sqs: stage.sqs, dynamodb: stage.dynamodb })
    const world = {
      ...fake.world,
      dynamodb: () => denying(databaseOf(stage.dynamodb), denies),
      sqs: () => denying(clientOf(stage.sqs), denies),
    }
    const code = await run(['status', '--stage', stage.stage, id, '--source', source], world)
    return { code, out: fake.out().split('\n').slice(1).join(' ').trim(), err: fake.err() }
  }
scenario('status needs no more than the index for a producer', async () => {
  const narrow = denied('GetQueueUrlCommand', 'GetItemCommand')
  expect(await narrow([proof], 'old')).toMatchObject({ code: 0, err: '' })
  expect(await narrow([proof], 'new')).toMatchObject({
    ...{
      code: 1,
      err: '',
      out: expect.stringMatching(
        /^waiting, or unknown: the history has no end of it: it waits, or was never sent; more is not readable/,
      ),
    },
  })
})
scenario('status does without a history that may not be read, and says so', async () => {
  const { code, err } = await denied('QueryCommand')([proof], 'old')
  expect(code).toBe(1)
  expect(err).toBe(
    'no permission dynamodb:Query; the statuses are those of the ledger and the dead letters\n',
  )
})
scenario('status says that the stage keeps no history', async () => {
  const stage = await stages.next()
  await databaseOf(stage.dynamodb).send(
    new DeleteTableCommand({ TableName: namesOf(stage.stage).historyTable }),
  )
  await stage.entry(entryBy('now'))
  const { code, out, err } = await at(stage, ['status', 'now', '--member', name])
  expect({ code, out: out.split('\n')[1] }).toEqual({
    code: 0,
    out: expect.stringMatching(/^ {2}applied: confirmed/),
  })
  expect(err).toMatch(
    /^stage s\d+ keeps no history \(-c history=off\): there is no table role-sync-s\d+-history; the statuses are those of the ledger and the dead letters\n$/,
  )
})
scenario('status needs one of the two', async () => {
  const { code, err } = await denied('QueryCommand', 'GetQueueUrlCommand', 'GetItemCommand')([], 'old')
  expect({ code, err }).toMatchObject({ code: 2, err: expect.stringMatching(/^role-sync: access denied/) })
})

/** The client, to which these commands are denied. */
function denying<Client extends { send: unknown }>(client: Client, commands: readonly string[]): Client {
  const send = client.send as (command: object, ...rest: unknown[]) => unknown
  return Object.assign(client, {
    send: async (command: object, ...rest: unknown[]) => {
      if (commands.includes(command.constructor.name))
        throw Object.assign(new Error('not yours'), { name: 'AccessDeniedException' })
      return send.call(client, command, ...rest)
    },
  })
}
