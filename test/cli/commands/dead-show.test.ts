import { afterAll, describe, expect } from '@jest/globals'
import {
  bodyOf,
  engineerRole,
  managerRole,
  membership,
  organization,
  personData,
  withData,
} from '../../support/events.ts'
import { token, wachtIds } from '../../support/subjects.ts'
import { at, diedOf, entryBy, jsonOf, letter, letterJson, name, source } from '../dead-letters.ts'
import { scenario } from '../scenario.ts'
import { startStages } from '../stage.ts'

const stages = await startStages()
afterAll(() => stages.stop())

const url = `https://api.wacht.dev/organizations/${organization}/members/${membership}`

describe('dead show', () => {
  scenario('tells body, attributes, ledger entry and the request of a replay', async () => {
    const stage = await stages.next()
    const edits = ['2026-11-01T00:00:00Z alice: data.role: "a" → "b"']
    const claimed = { replays: 1, renewals: 2, plan: 'abcdef0123456789', edits: ['eve: data.role'] }
    const died = diedOf('a', 'rejected', { status: 422, renewals: 3, edits, claimed })
    await stage.letter(bodyOf({ id: 'a' }), died)
    await stage.entry(entryBy('before', '2026-01-01T00:00:00'))
    const { code, out, err } = await at(stage, ['dead', 'show', 'a'])
    expect({ code, err }).toEqual({ code: 0, err: '' })
    const lines = out.split('\n')
    expect(lines.slice(0, 2)).toEqual([`a of ${source}`, '  rejected (422): because'])
    expect(lines[2]).toMatch(/^ {2}dead since .*Z \(1 d 2 h\), message [0-9a-f-]+$/)
    expect(lines.slice(3, 9)).toEqual([
      ...['  renewed 3 times', `  edited: ${edits}`],
      '  claimed by its message (any producer can claim this): 1 replay, 2 renewals, 1 edit, plan abcdef012345',
      ...['  claimed edit: eve: data.role', 'body', '  {'],
    ])
    expect(out).toContain('\n      "roleId": "7301954381230017001"\n')
    expect(out).toContain('\nattributes\n  reason: rejected\n')
    expect(out).toContain(`\nmember ${name}\n  applied: {"roleId":"5"}\n`)
    expect(out).toContain(
      `\na replay\n  apply: this request would be made\n  PATCH ${url}\n  {"role_id":"${managerRole}"}\n`,
    )
  })

  scenario('says of a person where the members are looked for, and nothing of a ledger entry', async () => {
    const stage = await stages.next()
    const body = bodyOf({ id: 'a', data: { ...personData, role: 'engineer' } })
    const { member: _, ...died } = diedOf('a', 'person_not_found')
    await stage.letter(body, { ...died, target: 'person' })
    const { code, out } = await at(stage, ['dead', 'show', 'a'])
    expect(code).toBe(0)
    expect(out).toContain(
      '\nmember (to be found)\n  members found so far have their own events: a/<member>\n',
    )
    expect(out).toContain(
      `\na replay\n  apply: role-sync searches the person in wacht/${organization}, project/`,
    )
  })

  scenario('prints one object with --json', async () => {
    const stage = await stages.next()
    const message = await letter(stage, 'a')
    await stage.entry(entryBy('newer'))
    const { code, json } = await jsonOf(at(stage, ['dead', 'show', 'a', '--json', '--wacht-url', 'http://w']))
    expect({ code, json }).toEqual({
      code: 0,
      json: {
        letters: [
          {
            ...{ ...letterJson, message },
            ...{ diedAt: expect.any(String), sentAt: expect.any(String), age: expect.any(Number) },
            ...{ receives: 4, body: bodyOf({ id: 'a' }) },
            attributes: expect.objectContaining({ reason: 'not_found', event: 'a' }),
            entry: expect.objectContaining({ rev: 3, applied: expect.objectContaining({ event: 'newer' }) }),
            ...{ verdict: 'superseded', by: 'newer', since: expect.any(Number) },
            request: {
              ...{ method: 'PATCH', body: { role_id: managerRole } },
              url: url.replace('https://api.wacht.dev', 'http://w'),
            },
          },
        ],
      },
    })
  })

  scenario('asks the target, too, with --read, and tells the difference or why it was not read', async () => {
    const stage = await stages.next()
    await letter(stage, 'a')
    const sandbox = await wachtIds.start()
    const args = ['dead', 'show', 'a', '--read', '--wacht-dialect', 'role_ids', '--wacht-url', sandbox.url]
    const { out } = await at(stage, args, { env: { WACHT_TOKEN: token } })
    expect(out.trimEnd().split('\n').at(-1)).toBe(
      `  the target shows {"role_ids":["${engineerRole}"]}; changes: role_ids: + ${managerRole}, − ${engineerRole}`,
    )
    await sandbox.stop()
    const { json } = await jsonOf(at(stage, [...args, '--json']))
    expect(json.letters).toMatchObject([{ holds: { kind: 'unread', detail: 'WACHT_TOKEN is not set' } }])
  })

  scenario('keeps apart in --json what the target said and what a replay would say', async () => {
    const stage = await stages.next()
    await stage.letter(withData({ roleId: undefined, role: 'boss' }), diedOf('wd-2026-000123', 'rejected'))
    const { json } = await jsonOf(at(stage, ['dead', 'show', 'wd-2026-000123', '--json']))
    expect(json.letters).toMatchObject([
      { detail: 'because', verdict: 'invalid', because: expect.stringMatching(/^unknown_role: /) },
    ])
  })

  scenario('says why a letter is not valid, and that SQS moved it itself', async () => {
    const stage = await stages.next()
    const message = await stage.letter('no\tevent\u009b[2J\r\nmember wacht/1/2')
    const { code, out } = await at(stage, ['dead', 'show', message])
    expect(code).toBe(0)
    expect(out).toContain('(no id) of (no source)\n  crashed: SQS moved it here: it was received too often\n')
    expect(out).toContain('\nbody\n  no\ufffdevent\ufffd[2J\n  member wacht/1/2\nattributes\n  none\n')
    expect(out).toContain('\nmember (unreadable)\n  no entry: ')
    expect(out).toContain('\na replay\n  invalid: invalid_event: (body): must be JSON\n')
  })

  scenario(
    'says of a letter that SQS moved itself that it is unproven, where the entry of its member does',
    async () => {
      const stage = await stages.next()
      await stage.letter(bodyOf({ id: 'a' }))
      await stage.entry(entryBy('before', '2026-01-01T00:00:00', { unproven: 'a' }))
      const { out } = await at(stage, ['dead', 'show', 'a'])
      expect(out).toContain(`a of ${source}\n  crashed, unproven: SQS moved it here`)
      const { json } = await jsonOf(at(stage, ['dead', 'show', 'a', '--json']))
      expect(json.letters).toMatchObject([{ reason: 'crashed', unproven: true }])
    },
  )

  scenario('asks for the source where several use the id, and takes it as a word of its own', async () => {
    const stage = await stages.next()
    await letter(stage, 'a')
    await letter(stage, 'a', 'rejected', { source: '//elsewhere' })
    const { code, out, err } = await at(stage, ['dead', 'show', 'a'])
    expect({ code, out }).toEqual({ code: 2, out: '' })
    expect(err).toMatch(
      /^role-sync: several events have the id a; give the source too: "\S+ a" or "\S+ a"\n$/,
    )
    for (const words of [['//elsewhere', 'a'], ['//elsewhere a']]) {
      const { json } = await jsonOf(at(stage, ['dead', 'show', '--json', ...words]))
      expect(json.letters).toMatchObject([{ source: '//elsewhere' }])
    }
  })

  scenario('shows every letter of an event', async () => {
    const stage = await stages.next()
    await letter(stage, 'a')
    await stage.letter(withData({ roleId: '9' }).replace('wd-2026-000123', 'a'))
    const { json } = await jsonOf(at(stage, ['dead', 'show', 'a', '--json']))
    expect(json.letters).toHaveLength(2)
  })

  scenario('that does not find a letter says so, with exit code 1', async () => {
    const stage = await stages.next()
    await letter(stage, 'a')
    expect(await at(stage, ['dead', 'show', 'b'])).toEqual({
      ...{ code: 1, out: '' },
      err:
        'No dead letter with id b (or another operator is looking at it). ' +
        `To see whether it is still being tried: role-sync status b --stage ${stage.stage}\n`,
    })
  })
})
