import { describe, expect, test } from '@jest/globals'
import { bodyOf, projectData, projectId } from '../../support/events.ts'
import { at, diedOf, entryBy, jsonOf, letter, letterJson, name } from '../dead-letters.ts'
import { mixed, stages } from '../dead-mixed.ts'
import { commandLine } from '../fake-world.ts'
import { scenario } from '../scenario.ts'

describe('dead list', () => {
  scenario('counts by reason first, then shows each letter, oldest first', async () => {
    const { stage, messages } = await mixed()
    const { code, out, err } = await at(stage, ['dead', 'list'])
    const rows = out
      .trimEnd()
      .split('\n')
      .map(row => row.split(/ {2,}/))
    expect({ code, err }).toEqual({ code: 0, err: '' })
    expect(rows).toEqual([
      ['5 letters: 2 not_found, 1 crashed, 1 gave_up, 1 rejected'],
      ...['2 × not_found: because', '1 × crashed', '1 × gave_up: because', '1 × rejected: because'].map(
        group => ['', group],
      ),
      ['reason', 'target', 'member', 'event', 'age', 'receives', 'claims'],
      ['not_found', 'wacht', name, 'old', '3 d', '4'],
      ['not_found', 'wacht', name, 'a', '1 d 2 h', '4'],
      ['rejected', 'wacht', name, 'other', '1 d 2 h', '4'],
      [
        'gave_up',
        'project',
        `project/${projectId}/${projectData.memberId}`,
        'p',
        '1 d 2 h',
        '90',
        '2 replays, plan 3f2a9c01d7be',
      ],
      ['crashed', `(message ${messages.crashed})`, expect.stringMatching(/^\d+ s$/), '1'],
    ])
  })

  scenario('prints one object with --json', async () => {
    const stage = await stages.next()
    const message = await stage.letter(bodyOf({ id: 'a' }), { ...diedOf('a', 'not_found'), unproven: 'true' })
    const { code, err, json } = await jsonOf(at(stage, ['dead', 'list', '--json']))
    expect({ code, err, json }).toEqual({
      code: 0,
      err: '',
      json: {
        counts: { not_found: 1 },
        groups: [{ count: 1, reason: 'not_found', detail: 'because' }],
        hidden: 0,
        letters: [
          {
            ...{ ...letterJson, message },
            ...{
              diedAt: expect.stringMatching(/Z$/),
              age: expect.any(Number),
              receives: 4,
              unproven: true,
            },
          },
        ],
      },
    })
  })

  for (const [filters, events] of [
    [['--reason', 'not_found', '--since', '2d'], ['a']],
    [['--until', '2d'], ['old']],
    [['--since', '2000-01-01T00:00:00+01:00', '--target', 'project'], ['p']],
    [['--member', name.toUpperCase(), '--source', '//elsewhere'], ['other']],
    [['--event', 'a'], ['a']],
  ] as const) {
    scenario(`shows those to which all filters apply: ${filters.join(' ')}`, async () => {
      const { stage } = await mixed()
      const { json } = await jsonOf(at(stage, ['dead', 'list', '--json', ...filters]))
      expect((json.letters as { event: string }[]).map(({ event }) => event)).toEqual(events)
    })
  }

  scenario('shows no more than the limit, and leaves all letters where they are', async () => {
    const { stage } = await mixed()
    const { json } = await jsonOf(at(stage, ['dead', 'list', '--json', '--limit', '2']))
    expect(json.letters).toHaveLength(2)
    expect(stage.letters()).toHaveLength(5)
  })

  scenario('marks as unproven what SQS moved itself, where the entry of its member says so', async () => {
    const stage = await stages.next()
    await stage.letter(bodyOf({ id: 'moved' }))
    await stage.letter(bodyOf({ id: 'clear', data: projectData }))
    await letter(stage, 'buried')
    await stage.entry(entryBy('x', '2026-01-01T00:00:00', { unproven: 'moved' }))
    const { json } = await jsonOf(at(stage, ['dead', 'list', '--json']))
    const letters = json.letters as { event: string; unproven?: true }[]
    expect(Object.fromEntries(letters.map(({ event, unproven }) => [event, unproven]))).toEqual({
      ...{ moved: true, clear: undefined, buried: undefined },
    })
    expect((await at(stage, ['dead', 'list'])).out).toContain('\ncrashed, unproven  wacht')
  })

  scenario('counts such letters as unproven where the ledger cannot be read, and says so once', async () => {
    const stage = await stages.next()
    for (const id of ['a', 'b']) await stage.letter(bodyOf({ id }))
    const { code, json, err } = await jsonOf(
      at(stage, ['dead', 'list', '--json'], { dynamodb: 'http://127.0.0.1:1' }),
    )
    expect({ code, letters: json.letters }).toMatchObject({
      code: 0,
      letters: [{ unproven: true }, { unproven: true }],
    })
    expect(err).toMatch(/^Cannot read the ledger, so crashed letters count as unproven: .*\n$/)
  })

  scenario('says that there is nothing', async () => {
    const stage = await stages.next()
    expect(await at(stage, ['dead', 'list'])).toEqual({ code: 0, out: 'no letters\n', err: '' })
    expect((await jsonOf(at(stage, ['dead', 'list', '--json']))).json).toEqual({
      ...{ counts: {}, groups: [], hidden: 0, letters: [] },
    })
  })

  scenario('draws a table and a bar on a terminal, and lets no letter steer it', async () => {
    const stage = await stages.next()
    await stage.letter(bodyOf({ id: 'x' }).replace('"x"', '"a\\u001b[2J\\u009b\\nb"'), { reason: 'rejected' })
    const { out, err } = await at(stage, ['dead', 'list'], { terminal: true })
    expect(out).toContain('│ rejected │')
    // biome-ignore lint/suspicious/noControlCharactersInRegex: the test is about control characters
    expect(out).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/)
    expect(err).toContain('100% | 1 seen')
  })

  scenario('lets no letter steer a terminal through --json', async () => {
    const stage = await stages.next()
    await stage.letter('no event', { reason: 'rejected', event: 'a\u009b2J\u202eb' })
    const { out } = await at(stage, ['dead', 'list', '--json'])
    expect(out).toContain('"event":"a\\u009b2J\\u202eb"')
    expect(JSON.parse(out).letters[0].event).toBe('a\u009b2J\u202eb')
  })

  scenario('waits for letters that somebody looked at just before', async () => {
    const stage = await stages.next()
    await letter(stage, 'a')
    const once = () => jsonOf(at(stage, ['dead', 'list', '--json']))
    const [first, second] = [await once(), await once()]
    expect({ first: first.json, second: second.json }).toMatchObject({
      first: { counts: { not_found: 1 }, hidden: 0 },
      second: { counts: { not_found: 1 }, hidden: 0 },
    })
  })

  scenario('tells of letters that somebody else is looking at', async () => {
    const { stage } = await mixed()
    await stage.hide(2, 30)
    const { out, err } = await at(stage, ['dead', 'list'])
    expect(out).toMatch(/^3 letters: /)
    expect(err).toBe(
      `About 2 more on role-sync-${stage.stage}-dead-letters are hidden, because another reader has them. Try again in a minute.\n`,
    )
  })
})

test.each<[string[], string]>([
  [['list', '--reason', 'bored'], "argument 'bored' is invalid. Allowed choices are invalid_event,"],
  [['list', '--target', 'okta'], 'Allowed choices are wacht, project, person.'],
  [['list', '--since', 'yesterday'], 'It must be RFC 3339 with an offset, or a span like 90s'],
  [['list', '--until', '2026-11-23T12:00:00'], 'It must be RFC 3339 with an offset'],
  [['list', '--limit', '0'], 'It must be a whole number, 1 or more.'],
  [['drop', 'a'], "required option '--why <text>' not specified"],
  [['drop', 'a', '--why', '  '], '--why must not be empty.'],
  [['show'], "missing required argument 'event'"],
  [['frob'], "unknown command 'frob'"],
])('dead %j is wrong usage', async (args, told) => {
  const { code, out, err } = await commandLine(['dead', ...args])
  expect({ code, out }).toEqual({ code: 2, out: '' })
  expect(err).toContain(told)
})
