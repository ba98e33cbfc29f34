import { beforeEach, expect, test } from '@jest/globals'
import bundled from '#roles' with { type: 'json' }
import { readTrail } from '../../functions/core/dead-letter/trail.ts'
import { describeCatalogue } from '../../functions/replay/described-catalogue.ts'
import { readCatalogue } from '../../functions/targets/index.ts'
import type { StoredMessage } from '../../infra/local/engines/embedded-engines.ts'
import { faults } from '../../infra/local/sandbox/faults.ts'
import { realStack } from '../local/real-stack.ts'
import { wachtEvent } from '../local/sample-events.ts'
import type { TinyStack } from '../local/tiny-stack.ts'

const { wacht, start } = await realStack(
  ...['renewAfterSeconds=0.001', 'functionTimeoutSeconds=60', 'requestTimeoutSeconds=20'],
)
let stack: TinyStack
beforeEach(async () => {
  stack = await start()
  stack.poll()
})

const membership = (n: number) => String(7301954381230018000n + BigInt(n))
const memberOf = (n: number) => `wacht/7301954381230018561/${membership(n)}`

/** An event for the n-th member, so many minutes ago. */
const event = (id: string, n: number, minutesAgo = 10): string =>
  JSON.stringify(
    wachtEvent(id, {
      time: new Date(Date.now() - minutesAgo * 60_000).toISOString(),
      data: { membershipId: membership(n), role: undefined, roleId: '7301954381230017001' },
    }),
  )

/** Sends events and waits until each of them has come to an end. */
async function settle(...bodies: string[]): Promise<void> {
  const before = stack.settled.length
  await stack.send(...bodies)
  await stack.until(() => stack.settled.length === before + bodies.length)
}

/** Invokes the replay function of the stack as every SDK does. */
async function invoke(request: unknown) {
  const url = `${stack.environment.AWS_ENDPOINT_URL_LAMBDA}/2015-03-31/functions/role-sync-local-replay/invocations`
  const response = await fetch(url, { method: 'POST', body: JSON.stringify(request) })
  return (await response.json()) as Record<string, unknown>
}
const left = () => stack.messages(stack.deadLetters)
const line = (of: Record<string, unknown>) => expect.objectContaining(of)
const told = () => stack.lines.map(text => JSON.parse(text) as Record<string, unknown>)

test('dead letters are planned, replayed and drained by the bundled function', async () => {
  for (const n of [1, 2]) wacht.always(memberOf(n), faults.error(422))
  await settle(event('grant', 1), event('old', 2), 'not json')
  for (const n of [1, 2]) wacht.always(memberOf(n), undefined)
  await settle(event('new', 2, 5))

  const dry = await invoke({ action: 'replay' })
  expect(dry).toMatchObject({
    dryRun: true,
    counts: { apply: 1, superseded: 1, duplicate: 0, invalid: 1, undecided: 0 },
    letters: expect.arrayContaining([
      line({ event: 'grant', member: memberOf(1), reason: 'rejected', verdict: 'apply' }),
      line({ event: 'old', verdict: 'superseded', by: 'new' }),
      line({ event: null, reason: 'invalid_event', verdict: 'invalid' }),
    ]) as unknown,
  })
  expect(dry).not.toHaveProperty('applied')
  expect(left()).toHaveLength(3)

  const some = await invoke({ action: 'replay', filter: { reason: 'rejected' }, limit: 1 })
  expect(some.letters).toHaveLength(1)

  expect(await invoke({ action: 'replay', dryRun: false })).toMatchObject({
    dryRun: false,
    applied: { sent: 1, removed: 1, refused: 0, missing: 0, stopped: false },
  })
  await stack.until(() => stack.settled.length === 5)
  expect(stack.settled.at(-1)).toMatchObject({ event: 'grant', outcome: 'applied' })
  expect(left().map(({ body }) => body)).toEqual(['not json'])
  expect(told()).toContainEqual(line({ message: 'letter', act: 'removed', event: 'old', by: 'new' }))

  expect(await invoke({ action: 'drain' })).toMatchObject({ renewed: 1, kept: 1, complete: true })
  // The drain hides it for a second more; the plan waits.
  expect(await invoke({ action: 'replay' })).toMatchObject({
    ...{ counts: { invalid: 1 }, letters: [{ reason: 'invalid_event' }] },
    ...{ failed: 0, hidden: 0, complete: true },
  })
  const [{ messageAttributes }] = left() as [StoredMessage]
  const { trail } = messageAttributes as Record<string, { StringValue: string }>
  expect(readTrail(trail?.StringValue)).toMatchObject({ renewals: 1 })
  expect(told()).toContainEqual(
    line({ OldestLetterAge: 0, queue: 'role-sync-local-dead-letters', service: 'role-sync' }),
  )
})

test('a replay stops by itself when its letters come back dead', async () => {
  wacht.always('*', faults.error(422))
  // Ten letters a second are sent again: on a slow machine, too, the first ones are back before the last one is sent.
  const bodies = Array.from({ length: 200 }, (_, n) => event(`e${n}`, 100 + n))
  await settle(...bodies)
  const { applied } = (await invoke({ action: 'replay', dryRun: false })) as { applied: { sent: number } }
  expect(applied).toMatchObject({ stopped: true, why: 'came_back_dead' })
  expect(applied.sent).toBeLessThan(bodies.length)
  await stack.until(() => stack.settled.length === bodies.length + applied.sent)
  wacht.always('*', undefined)
  expect(new Set(left().map(({ body }) => body))).toEqual(new Set(bodies))
})

test('a wrong event is refused with path and rule, and nothing is done', async () => {
  expect(await invoke({ action: 'replay', filter: { reason: 'bad' }, limt: 3 })).toMatchObject({
    errorMessage: expect.stringMatching(
      /^wrong event: filter\.reason: must be one of .*; limt: is not a known field$/,
    ),
  })
})

test('the bundled function says which role catalogue it has', async () => {
  expect(await invoke({ action: 'describe' })).toEqual(describeCatalogue(readCatalogue(bundled)))
})
