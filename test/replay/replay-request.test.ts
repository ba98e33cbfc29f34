import { describe, expect, test } from '@jest/globals'
import { reasons } from '../../functions/core/dead-letter/reason.ts'
import { describeCatalogue, readDescribed } from '../../functions/replay/described-catalogue.ts'
import { answer } from '../../functions/replay/replay-action.ts'
import { readRequest } from '../../functions/replay/replay-request.ts'
import { readSettings } from '../../functions/replay/replay-settings.ts'
import { catalogue } from '../support/events.ts'
import { bury, fakeWorld } from './fake-world.ts'

describe('an event', () => {
  test('of a replay is a dry run over all letters unless it says otherwise', () => {
    expect(readRequest({ action: 'replay' })).toEqual({ action: 'replay', filter: {}, dryRun: true })
  })
  test('may say which letters, how many, and that it is meant', () => {
    const filter = { reason: 'crashed', target: 'wacht', member: 'wacht/1/2', event: 'e', source: 's' }
    const times = { since: '2026-11-23T12:00:00Z', until: '2026-11-23T14:00:00+01:00' }
    expect(
      readRequest({ action: 'replay', filter: { ...filter, ...times }, limit: 7, dryRun: false }),
    ).toEqual({
      ...{ action: 'replay', limit: 7, dryRun: false },
      filter: { ...filter, since: 1_795_435_200_000, until: 1_795_438_800_000 },
    })
  })
  test.each(['drain', 'describe'])('of %s says nothing else', action => {
    expect(readRequest({ action })).toEqual({ action })
  })
  test.each<[event: unknown, problem: string]>([
    [null, '(event): must be a JSON object'],
    ['drain', '(event): must be a JSON object'],
    [{}, 'action: is missing'],
    [{ action: 'apply' }, 'action: must be replay, drain or describe'],
    [{ action: 'drain', limit: 1 }, 'limit: is not a known field'],
    [{ action: 'replay', dryrun: false }, 'dryrun: is not a known field'],
    [{ action: 'replay', dryRun: 'no' }, 'dryRun: must be true or false'],
    [{ action: 'replay', limit: 0 }, 'limit: must be a whole number, 1 or more'],
    [{ action: 'replay', limit: 1.5 }, 'limit: must be a whole number, 1 or more'],
    [{ action: 'replay', limit: 0.5 }, 'limit: must be a whole number, 1 or more'],
    [{ action: 'replay', limit: '7' }, 'limit: must be a whole number, 1 or more'],
    [
      { action: 'replay', limit: 0, dryRun: 1 },
      'limit: must be a whole number, 1 or more; dryRun: must be true or false',
    ],
    [{ action: 'replay', filter: 'x' }, 'filter: must be an object'],
    [{ action: 'replay', filter: { reasons: 'x' } }, 'filter.reasons: is not a known field'],
    [
      { action: 'replay', filter: { reason: 'bad' } },
      `filter.reason: must be one of ${reasons.join(', ')}, crashed`,
    ],
    [{ action: 'replay', filter: { target: '' } }, 'filter.target: must not be empty'],
    [{ action: 'replay', filter: { source: 7 } }, 'filter.source: must be a string'],
    [
      { action: 'replay', filter: { since: 'today' } },
      'filter.since: must be an RFC 3339 timestamp with an offset',
    ],
    [{ action: 'replay', filter: { until: 5 } }, 'filter.until: must be an RFC 3339 timestamp string'],
  ])('%j is refused', (event, problem) => {
    expect(() => readRequest(event)).toThrow(new Error(`wrong event: ${problem}`))
  })
})

describe('an answer', () => {
  const never = new AbortController().signal
  const deployed = (renewAfterMs: number) => ({ catalogue, renewAfterMs })

  test('names a hundred letters at the most, and counts them all', async () => {
    const world = fakeWorld()
    for (let n = 0; n < 250; n++) bury(world, n, `e${n}`)
    const answered = await answer({ action: 'replay', filter: {}, dryRun: true }, world, deployed(1), never)
    expect(answered).toMatchObject({ counts: { apply: 250 } })
    const { letters } = answered as { letters: readonly object[] }
    expect(letters).toHaveLength(100)
    expect(Object.keys(letters[0] ?? {}).toSorted()).toEqual([
      ...['event', 'member', 'reason', 'source', 'target', 'verdict'],
    ])
  })
  test('of a replay is about so many letters as are asked for', async () => {
    const world = fakeWorld()
    for (let n = 0; n < 5; n++) bury(world, n, `e${n}`)
    const ask = { action: 'replay', filter: {}, limit: 3, dryRun: true } as const
    expect(await answer(ask, world, deployed(1), never)).toMatchObject({ counts: { apply: 3 } })
  })
  test('of a drain says what was renewed, at the age that is told', async () => {
    const world = fakeWorld()
    bury(world, 1, 'e')
    world.clock += 5000
    expect(await answer({ action: 'drain' }, world, deployed(5001), never)).toMatchObject({
      renewed: 0,
      oldestMs: 5000,
    })
    expect(await answer({ action: 'drain' }, world, deployed(5000), never)).toMatchObject({
      renewed: 1,
      complete: true,
    })
    const over = AbortSignal.abort()
    expect(await answer({ action: 'drain' }, world, deployed(5000), over)).toMatchObject({ complete: false })
  })
  test('of a replay that runs out of time while it plans is an error, and nothing was done', async () => {
    const world = fakeWorld()
    bury(world, 1, 'e')
    const late = AbortSignal.abort(new Error('out of time'))
    await expect(
      answer({ action: 'replay', filter: {}, dryRun: false }, world, deployed(1), late),
    ).rejects.toThrow('out of time')
    expect(world.changes).toEqual([])
    expect(world.letters.stored).toHaveLength(1)
  })
  test('of a replay that runs out of time while it applies says how far it came', async () => {
    const world = fakeWorld()
    for (let n = 0; n < 30; n++) bury(world, n, `e${n}`)
    const end = new AbortController()
    world.onChange = () => world.changes.length === 10 && end.abort()
    const answered = await answer(
      { action: 'replay', filter: {}, dryRun: false },
      world,
      deployed(1),
      end.signal,
    )
    expect(answered).toMatchObject({ applied: { stopped: true, why: 'stop_signal' } })
    expect(world.letters.stored.length + world.changes.length).toBe(30)
  })
})

describe('the answer to describe', () => {
  const described = describeCatalogue(catalogue)
  test('is the deployed catalogue with its hash, and reads no letter', async () => {
    const world = fakeWorld()
    bury(world, 1, 'e')
    const deployment = { catalogue, renewAfterMs: 1 }
    const answered = await answer({ action: 'describe' }, world, deployment, AbortSignal.abort())
    expect(answered).toEqual(described)
    expect(described.catalogueHash).toMatch(/^[0-9a-f]{64}$/)
    expect(world.letters.stored).toHaveLength(1)
  })
  test('is read again as it was sent', () => {
    expect(readDescribed(JSON.parse(JSON.stringify(described)))).toEqual(described)
  })
  test.each([[undefined], [null], ['text'], [{}], [{ catalogue: { r: { okta: {} } } }]])(
    'that is %j is none',
    other => expect(readDescribed(other)).toBeUndefined(),
  )
})

test('wrong settings are named all at once', () => {
  expect(() => readSettings({ CHANGES_QUEUE_URL: 'sqs', RENEW_AFTER_MS: '0', LEDGER_TABLE: '' })).toThrow(
    /CHANGES_QUEUE_URL: .*DEAD_LETTER_QUEUE_URL: is missing.*LEDGER_TABLE: must not be empty.*RENEW_AFTER_MS: /,
  )
})
