import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import { datedEvent, dueOf } from '../../support/due.ts'
import { entryOf } from '../../support/entries.ts'
import { membership, organization } from '../../support/events.ts'
import { commandLine, rowsOf } from '../fake-world.ts'
import { type Stage, startStages } from '../stage.ts'

const scope = `wacht/${organization}`
const member = `${scope}/${membership}`
let stages: Awaited<ReturnType<typeof startStages>>
let stage: Stage
beforeAll(async () => {
  stages = await startStages()
})
beforeEach(async () => {
  stage = await stages.next()
})
afterAll(() => stages.stop())

const due = async (...args: readonly string[]) => {
  const { code, out, err } = await commandLine(['due', ...args, '--stage', stage.stage], {
    dynamodb: stage.dynamodb,
  })
  return { code, err, out, rows: rowsOf(out.trim()) }
}
const january = datedEvent('january', '2026-11-01T08:00:00Z', {
  role: 'engineering-manager',
  from: '2027-01-01T00:00:00Z',
})
const contract = datedEvent('contract', '2026-11-02T08:00:00Z', {
  role: 'engineer',
  ends: ['2027-03-31T22:00:00.250Z', 'member'],
})
const other = {
  ...datedEvent('other', '2026-11-03T08:00:00Z', { role: 'engineer', from: '2027-01-01T09:00:00Z' }, '2'),
  source: '//okta',
}
const ofPerson = dueOf(
  datedEvent('person', '2026-11-03T08:00:00Z', { role: 'engineer', from: '2026-12-01T00:00:00Z' }),
  'begin',
  { member: null, body: '{"data":{"person":{"email":"jane@example.com"}}}' },
)
const items = [
  dueOf(contract, 'end', { sender: 'intake/okta' }),
  dueOf(other, 'begin'),
  dueOf(january, 'begin'),
  ofPerson,
]

describe('due list', () => {
  test('shows what takes effect later, by its instant, and nothing of a person', async () => {
    await stage.due(...items)
    const { code, err, rows, out } = await due('list')
    expect({ code, err, rows }).toEqual({
      ...{ code: 0, err: '' },
      rows: [
        '4 changes are due later',
        'due | in | half | role | member | event | source',
        expect.stringMatching(
          /^2026-12-01T00:00:00Z \| *7 d 12 h \| begin \| engineer \| \(a person\) \| person \| /,
        ),
        expect.stringMatching(
          `2027-01-01T00:00:00Z \\| 38 d 12 h \\| begin \\| engineering-manager \\| ${member} \\| january \\| `,
        ),
        expect.stringMatching(
          `2027-01-01T09:00:00Z .* begin \\| engineer \\| ${scope}/2 \\| other \\| //okta`,
        ),
        expect.stringMatching(`2027-03-31T22:00:00.250Z .* end \\| member \\| ${member} \\| contract \\| `),
      ],
    })
    expect(out).not.toContain('jane')
  })
  test.each([
    [
      ['--member', member],
      ['january', 'contract'],
    ],
    [['--member', `${scope}/7`], []],
    [
      ['--scope', scope],
      ['january', 'other', 'contract'],
    ],
    [['--scope', scope, '--source', '//okta'], ['other']],
    [['--source', '//okta'], ['other']],
    [
      ['--day', '2027-01-01'],
      ['january', 'other'],
    ],
    [['--day', '2027-01-01', '--member', member], ['january']],
    [['--day', '2027-01-01', '--member', member, '--scope', 'wacht/7'], []],
  ])('with %j shows only what is meant', async (filter, events) => {
    await stage.due(...items)
    const { out } = await due('list', '--json', ...filter)
    const { count, changes } = JSON.parse(out)
    expect({ count, events: changes.map((each: { event: string }) => each.event) }).toEqual({
      count: events.length,
      events,
    })
  })
  test('of one member or scope says that changes of people are not in it', async () => {
    expect((await due('list', '--scope', scope)).err).toBe(
      'Changes that name a person have no member yet, and are not in this list.\n',
    )
  })
  test('as JSON has each change without its body', async () => {
    await stage.due(items[0]!, ofPerson)
    const { out } = await due('list', '--json')
    expect(JSON.parse(out).changes).toEqual([
      {
        due: '2026-12-01T00:00:00Z',
        half: 'begin',
        role: 'engineer',
        event: 'person',
        source: contract.source,
        member: null,
      },
      {
        ...{
          due: '2027-03-31T22:00:00.250Z',
          half: 'end',
          role: 'member',
          event: 'contract',
          source: contract.source,
        },
        ...{ member, sender: 'intake/okta', withdraws: true },
      },
    ])
  })
  test.each(['2027-02-30', '2027-1-1', 'monday'])('refuses %s as a day', async given => {
    const { code, err } = await due('list', '--day', given)
    expect({ code, err }).toEqual({
      code: 2,
      err: expect.stringContaining('It must be a date like 2027-01-01.'),
    })
  })
  test('of a stage without the table says so', async () => {
    const { code, err } = await commandLine(['due', 'list', '--stage', 'none'], { dynamodb: stage.dynamodb })
    expect({ code, err }).toEqual({
      code: 2,
      err: 'role-sync: stage none has no table role-sync-none-due of due changes; deploy this version\n',
    })
  })
})

describe('due show', () => {
  test('shows each half of an event, and that it takes effect', async () => {
    await stage.due(items[0]!)
    expect(await due('show', 'contract')).toMatchObject({
      ...{ code: 0, err: '' },
      rows: [
        `contract of ${contract.source} → ${member}`,
        'end: member at 2027-03-31T22:00:00.250Z, in 128 d 10 h; a withdrawal',
        'sender: intake/okta',
        'takes effect, by what is known now',
      ],
    })
  })
  test('says because of which event a half does not take effect', async () => {
    const version = { time: '2026-12-24T08:00:00', sequence: '', source: 's', id: 'team' }
    const applied = { version, event: 'team', message: 'm', desired: { roleId: '9' }, at: 1 }
    await stage.entry(entryOf({ member, applied, fence: version }))
    await stage.due(...items)
    expect((await due('show', `${january.source} january`)).rows.at(-1)).toBe('cancelled by event team')
    expect(JSON.parse((await due('show', 'january', '--json')).out).changes).toMatchObject([
      { due: '2027-01-01T00:00:00Z', half: 'begin', takesEffect: false, cancelledBy: 'team' },
    ])
  })
  test('says that a role which the catalogue lacks will be a dead letter', async () => {
    await stage.due(
      dueOf(
        datedEvent('odd', '2026-11-01T08:00:00Z', { role: 'cook', from: '2027-01-01T00:00:00Z' }),
        'begin',
      ),
    )
    expect((await due('show', 'odd')).rows.at(-1)).toBe('will be a dead letter (unknown_role)')
  })
  test('of a person shows no member', async () => {
    await stage.due(ofPerson)
    const { out, rows } = await due('show', 'person')
    expect(rows).toContain('whether it takes effect is not known yet')
    expect(out).toContain('→ the members of a person')
    expect(out).not.toContain('jane')
  })
  test('says where else an event may be, with exit code 1', async () => {
    expect(await due('show', 'none')).toMatchObject({
      ...{ code: 1, out: '' },
      err: `Nothing of event none is due later. What is due within five minutes is on the queue already: role-sync status none --stage ${stage.stage}\n`,
    })
  })
})
