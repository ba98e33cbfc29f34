import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from '@jest/globals'
import { followEvents } from '../../../functions/cli/commands/follow-events.ts'
import type { HistoryReader } from '../../../functions/cli/io/history-reader.ts'
import type { Forecast } from '../../../functions/core/due/forecast.ts'
import type { Entry } from '../../../functions/core/ledger/ledger-entry.ts'
import { none, type PersonRecord } from '../../../functions/core/people/person-progress.ts'
import { datedEvent, dueOf } from '../../support/due.ts'
import { bodyOf, noon, organization } from '../../support/events.ts'
import { at, entryBy, jsonOf, letter, name, source } from '../dead-letters.ts'
import { fakeWorld } from '../fake-world.ts'
import { scenario } from '../scenario.ts'
import { startStages } from '../stage.ts'

const stages = await startStages()
const folder = mkdtempSync(join(tmpdir(), 'role-sync-cli-'))
afterAll(async () => {
  await stages.stop()
  rmSync(folder, { recursive: true })
})

const file = (bodies: readonly string[]) => {
  const path = join(folder, `${crypto.randomUUID()}.ndjson`)
  writeFileSync(path, bodies.join('\n'))
  return path
}
const older = bodyOf({ id: 'old', time: '2026-11-23T09:00:00Z' })
const applied = bodyOf({ id: 'now', time: '2026-11-23T10:00:00Z' })
const waiting = bodyOf({ id: 'new', time: '2026-11-23T11:00:00Z' })

describe('status', () => {
  scenario('says of each event of a file what became of it', async () => {
    const stage = await stages.next()
    await stage.entry(entryBy('now'))
    await letter(stage, 'dead', 'rejected', { time: '2026-11-23T11:00:00Z' })
    const dead = bodyOf({ id: 'dead', time: '2026-11-23T11:00:00Z' })
    const path = file([older, applied, dead, waiting])
    const { code, out, err } = await at(stage, ['status', path])
    expect(code).toBe(1)
    expect(out.split('\n')).toEqual([
      `old → ${name}`,
      expect.stringMatching(/^ {2}superseded: by event now, applied 1 min( \d+ s)? ago, at /),
      `now → ${name}`,
      expect.stringMatching(/^ {2}applied: confirmed at the target 1 min( \d+ s)? ago, at /),
      `dead → ${name}`,
      '  dead: rejected: because',
      `new → ${name}`,
      '  waiting, or unknown: it waits on the changes queue, or was never sent',
      '',
    ])
    expect(err).toBe(`next: role-sync dead show dead --stage ${stage.stage}\n`)
    expect(stage.changes()).toEqual([])
  })

  scenario('says what comes later because of an event, and when', async () => {
    const stage = await stages.next()
    const wanted = { role: 'engineer', ends: ['2027-03-31T00:00:00Z', 'member'] } as const
    const planned = datedEvent('planned', '2026-11-23T09:00:00Z', { ...wanted, from: '2027-01-01T00:00:00Z' })
    const contract = datedEvent('contract', '2026-11-23T09:00:00Z', wanted, '2')
    const promotion = datedEvent('promotion', '2026-11-23T08:00:00Z', {
      role: 'engineer',
      from: '2027-01-01T00:00:00Z',
    })
    await stage.due(dueOf(planned, 'begin'), dueOf(contract, 'end'), dueOf(promotion, 'begin'))
    const version = { time: '2026-11-23T09:00:00', sequence: '', source: '//hr', id: 'contract' }
    await stage.entry({
      ...entryBy('contract'),
      member: `wacht/${organization}/2`,
      applied: { ...entryBy('contract').applied!, version },
    })
    const path = file([planned, contract, promotion].map(event => JSON.stringify(event)))
    const { code, out, err } = await at(stage, ['status', path])
    expect({ code, err }).toEqual({ code: 0, err: '' })
    expect(out.split('\n')).toEqual([
      `planned → ${name}`,
      '  scheduled: takes effect at 2027-01-01T00:00:00Z',
      '  later: engineer at 2027-01-01T00:00:00Z',
      '  later: member at 2027-03-31T00:00:00Z',
      `contract → wacht/${organization}/2`,
      expect.stringMatching(/^ {2}applied: confirmed at the target /),
      '  later: member at 2027-03-31T00:00:00Z',
      `promotion → ${name}`,
      '  scheduled: takes effect at 2027-01-01T00:00:00Z',
      '  cancelled by event planned: engineer at 2027-01-01T00:00:00Z',
      '',
    ])
    const { json } = await jsonOf(at(stage, ['status', 'promotion', '--member', name, '--json']))
    expect(json).toMatchObject({
      counts: { scheduled: 1 },
      events: [{ status: 'scheduled', later: [{ at: '2027-01-01T00:00:00Z', cancelledBy: 'planned' }] }],
    })
  })
  scenario('calls a held change held, and names the command that lists what waits for a person', async () => {
    const stage = await stages.next()
    await letter(stage, 'held', 'held')
    const path = file([bodyOf({ id: 'held' })])
    const { code, out, err } = await at(stage, ['status', path])
    expect(code).toBe(1)
    expect(out).toContain('  held: because')
    expect(err).toBe(`next: role-sync hold list --stage ${stage.stage}\n`)
    expect(await jsonOf(at(stage, ['status', path, '--json']))).toMatchObject({
      json: { counts: { held: 1 }, events: [{ event: 'held', status: 'held', detail: 'because' }] },
    })
  })
  scenario('is 0 where every event is applied or superseded, and one object with --json', async () => {
    const stage = await stages.next()
    await stage.entry(entryBy('now'))
    expect(await jsonOf(at(stage, ['status', file([older, applied]), '--json']))).toMatchObject({
      ...{ code: 0, err: '' },
      json: {
        counts: { applied: 1, superseded: 1 },
        events: [
          { event: 'old', source, member: name, status: 'superseded', by: 'now' },
          { event: 'now', source, member: name, status: 'applied', since: expect.any(Number) },
        ],
      },
    })
  })

  scenario('takes the id of an event, with its member or without', async () => {
    const stage = await stages.next()
    await stage.entry(entryBy('now'))
    await letter(stage, 'dead')
    expect((await at(stage, ['status', 'now', '--member', name])).out).toContain('\n  applied: ')
    expect((await at(stage, ['status', 'dead'])).out).toBe('dead\n  dead: not_found: because\n')
    expect(await at(stage, ['status', 'nope'])).toMatchObject({
      code: 1,
      out: expect.stringContaining('waiting, or unknown: no dead letter has this id; give --member'),
    })
    expect(await at(stage, ['status', 'now', '--member', 'wacht/1'])).toMatchObject({ code: 2 })
  })

  scenario('notes events that are invalid, and counts many', async () => {
    const stage = await stages.next()
    const many = Array.from({ length: 6 }, (_, n) => bodyOf({ id: `e${n}` }))
    const { code, out, err } = await at(stage, ['status', file([...many, 'nope'])])
    expect(code).toBe(1)
    expect(err).toContain('line 7: invalid_event: (body): must be JSON\n')
    expect(out.split('\n').slice(0, 3)).toEqual([
      '6 waiting or unknown',
      expect.stringMatching(/^event +member +status$/),
      expect.stringMatching(/^e0 +wacht\/\S+ +waiting, or unknown: /),
    ])
  })
})

describe('send --wait', () => {
  scenario('ends when each event has its outcome', async () => {
    const stage = await stages.next()
    await stage.entry(entryBy('now'))
    const given = await at(stage, ['send', file([older, applied]), '--wait'])
    expect({ code: given.code, sent: stage.changes().length }).toEqual({ code: 0, sent: 2 })
    expect(given.out).toContain('old → ')
  })
  scenario('ends with 1 when the time is over, and says what is known', async () => {
    const stage = await stages.next()
    const { code, json } = await jsonOf(at(stage, ['send', file([waiting]), '--wait', '5s', '--json']))
    expect({ code, json }).toMatchObject({
      code: 1,
      json: {
        ...{ sent: 1, refused: [], counts: { waiting_or_unknown: 1 } },
        events: [{ event: 'new', message: stage.changes()[0]?.messageId, status: 'waiting_or_unknown' }],
      },
    })
  })
  scenario('takes a time, and nothing else', async () => {
    const stage = await stages.next()
    const { code, err } = await at(stage, ['send', file([waiting]), '--wait', 'long'])
    expect({ code, err }).toEqual({
      code: 2,
      err: 'role-sync: --wait long: must be a time such as 60s or 5m\n',
    })
    expect(stage.changes()).toEqual([])
  })
})

describe('events are followed', () => {
  const version = { time: '2026-11-23T10:00:00', sequence: '', source, id: 'now' }
  const asked = { event: 'now', version, member: name }
  /** Sources whose ledger gives these entries, and these records of messages, one at each read. */
  const sourcesOf = (
    entries: readonly (Entry | undefined)[],
    records: readonly PersonRecord[] = [],
    later: readonly Forecast[] = [],
  ) => {
    let [reads, looks] = [0, 0]
    const read = async () => entries[Math.min(reads++, entries.length - 1)]
    const message = async () => records[Math.min(looks++, records.length - 1)] ?? { rev: 0, progress: none }
    const live = async () => ({ ledger: { read, message }, letters: noLetters })
    const forecasts = async () => async () => later
    return { sources: { history: nothing, live, forecasts }, reads: () => reads }
  }
  const noItems = async function* () {}
  const nothing: HistoryReader = {
    ...{ ofMember: noItems, ofEvent: noItems, inScope: noItems, newestInScope: noItems, everything: noItems },
  }
  const counts = async () => ({ visible: 0, hidden: 0 })
  const noLetters = { letters: { counts, look: async function* () {} }, queue: 'q' } as never

  test('until the ledger has their outcome', async () => {
    const { world, waits } = fakeWorld()
    const { sources } = sourcesOf([undefined, undefined, entryBy('now')])
    const found = await followEvents([asked], 60_000, sources, world)
    expect(found).toMatchObject([{ status: { status: 'applied' } }])
    expect(waits).toEqual([1000, 1000])
  })
  test('until they are scheduled', async () => {
    const { world, waits } = fakeWorld()
    const row = { at: noon, half: 'begin', event: 'now', source, role: 'engineer' } as const
    const { sources } = sourcesOf(
      [undefined],
      [],
      [row, { ...row, event: 'other' }, { ...row, source: 'other' }],
    )
    const dated = { ...asked, version: { ...version, from: '2027-01-01T00:00:00' } }
    expect(await followEvents([dated], 60_000, sources, world)).toEqual([
      { asked: dated, status: { status: 'scheduled', from: '2027-01-01T00:00:00' }, later: [row] },
    ])
    expect(waits).toEqual([])
  })
  const person = { event: 'now', version, member: null, message: 'm' }
  const ended: PersonRecord = {
    ...{ rev: 2, progress: { ...none, enqueued: [name] } },
    end: { kind: 'done', outcome: 'resolved', events: 1 },
  }
  const entryOfMember = entryBy(`now/${name}`)

  test('from the one that names a person to those of its members', async () => {
    const { world, waits } = fakeWorld()
    const { sources } = sourcesOf([undefined, entryOfMember], [{ rev: 1, progress: none }, ended])
    const found = await followEvents([person], 60_000, sources, world)
    expect(found).toMatchObject([
      { asked: { event: 'now' }, status: { status: 'resolved', events: 1 } },
      { asked: { event: `now/${name}`, member: name }, status: { status: 'applied' } },
    ])
    expect(waits).toEqual([1000, 1000])
  })
  test('and no further where nobody was found', async () => {
    const { world, waits } = fakeWorld()
    const letter = { reason: 'person_not_found', detail: 'nobody' } as const
    const { sources } = sourcesOf([undefined], [{ rev: 1, progress: none, end: { kind: 'dead', letter } }])
    const found = await followEvents([person], 60_000, sources, world)
    expect(found).toMatchObject([{ status: { status: 'waiting_or_unknown' } }])
    expect(JSON.stringify(found)).toContain('person_not_found')
    expect(waits).toEqual([])
  })
  test('for as long as they may be, and not when they name a person whose message is not known', async () => {
    const fake = fakeWorld()
    const { sources, reads } = sourcesOf([undefined])
    const found = await followEvents([asked, { event: 'p', member: null }], 2500, sources, fake.world)
    expect(found.map(({ status }) => status.status)).toEqual(['waiting_or_unknown', 'waiting_or_unknown'])
    expect(fake.waits.slice(0, 3)).toEqual([1000, 1000, 500])
    expect(reads()).toBe(5)
  })
  test('no longer when the command must stop', async () => {
    const fake = fakeWorld()
    fake.stop('interrupted')
    const { sources, reads } = sourcesOf([entryBy('now')])
    await followEvents([asked], 60_000, sources, fake.world)
    expect(reads()).toBe(1)
  })
})
