import { chmodSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { describe, expect } from '@jest/globals'
import { bodyOf, engineerRole, managerRole, membership } from '../../support/events.ts'
import { token, wachtIds } from '../../support/subjects.ts'
import { at, entryBy, jsonOf, letter, name, source } from '../dead-letters.ts'
import { apply, fileOf, ofEach, plan, project, stages, wachtUrl } from '../replay-stage.ts'
import { scenario } from '../scenario.ts'

describe('replay plan', () => {
  scenario(
    'prints one object with --json: a verdict for each letter, on what evidence, counts, a hash',
    async () => {
      const stage = await ofEach()
      const { code, err, json } = await plan(stage)
      const wacht = { source, target: 'wacht', member: name }
      expect({ code, err }).toEqual({ code: 0, err: '' })
      expect(json).toEqual({
        hash: expect.stringMatching(/^[0-9a-f]{64}$/),
        counts: { apply: 1, superseded: 1, duplicate: 1, invalid: 1, undecided: 1 },
        ...{ failed: 0, hidden: 0 },
        letters: [
          { event: 'old', ...wacht, reason: 'gave_up', verdict: 'superseded', by: 'in-effect' },
          { event: 'in-effect', ...wacht, reason: 'gave_up', verdict: 'duplicate', by: 'in-effect' },
          { event: 'new', ...wacht, reason: 'rejected', verdict: 'apply' },
          {
            event: 'busy',
            source,
            target: 'project',
            member: project,
            reason: 'not_found',
            verdict: 'undecided',
          },
          { event: null, source: null, target: null, member: null, reason: 'crashed', verdict: 'invalid' },
        ],
      })
      expect(stage.letters()).toHaveLength(5)
      expect(stage.changes()).toEqual([])
    },
  )

  scenario('keeps in its file what apply needs, with the requests, readable by this user alone', async () => {
    const stage = await ofEach()
    writeFileSync(fileOf(stage), 'old')
    chmodSync(fileOf(stage), 0o644)
    const { json } = await plan(stage)
    const file = JSON.parse(readFileSync(fileOf(stage), 'utf8'))
    expect(file).toMatchObject({ hash: json.hash, counts: json.counts, letters: json.letters })
    expect(file.letters[2]).toMatchObject({
      request: { method: 'PATCH', url: wachtUrl, body: { role_id: managerRole } },
      applied: { roleId: '5' },
      desired: { roleId: managerRole },
    })
    expect(statSync(fileOf(stage)).mode & 0o777).toBe(0o600)
  })

  scenario('marks what is unproven, and keeps the mark in its file', async () => {
    const stage = await stages.next()
    await stage.letter(bodyOf({ id: 'moved' }))
    await stage.entry(entryBy('x', '2026-01-01T00:00:00', { unproven: 'moved' }))
    const { json } = await plan(stage)
    expect(json.letters).toMatchObject([{ reason: 'crashed', unproven: true, verdict: 'apply' }])
    expect(JSON.parse(readFileSync(fileOf(stage), 'utf8')).letters).toMatchObject([{ unproven: true }])
    expect((await at(stage, ['replay', 'plan'])).out).toContain('\napply    crashed, unproven  ')
    expect((await apply(stage)).json).toMatchObject({ sent: 1 })
  })

  scenario('tells in words the counts first, then each letter, then the exact requests', async () => {
    const stage = await ofEach()
    const args = ['replay', 'plan', '--wacht-dialect', 'role_ids', '--out', fileOf(stage)]
    const { code, out } = await at(stage, args)
    const rows = out.trimEnd().split('\n')
    expect(code).toBe(0)
    expect(rows[0]).toMatch(
      /^5 letters: 1 apply, 1 superseded, 1 duplicate, 1 invalid, 1 undecided; plan [0-9a-f]{12}$/,
    )
    expect(rows.slice(1, 4).map(row => row.split(/ {2,}/))).toEqual([
      ['verdict', 'reason', 'member', 'event', 'because'],
      ['superseded', 'gave_up', name, 'old', expect.stringMatching(/^in-effect, since \S+Z$/)],
      [
        'duplicate',
        'gave_up',
        name,
        'in-effect',
        expect.stringMatching(/^in-effect, since \S+Z: .*another state is applied$/),
      ],
    ])
    expect(rows[5]).toMatch(/ busy {2,}the write of event other is unproven$/)
    expect(rows.slice(7)).toEqual([
      `new → ${name}`,
      `  reads first: GET ${wachtUrl.replace(`/${membership}`, '')}?limit=100&offset=0`,
      '  then writes only if the state differs:',
      `  PATCH ${wachtUrl}`,
      `  {"role_ids":["${managerRole}"]}`,
      '  the ledger has another applied state: {"roleId":"5"}',
      `plan written to ${fileOf(stage)}; next: role-sync replay apply ${fileOf(stage)}`,
    ])
  })

  scenario(
    'asks the targets, too, with --read, and says what they show or why they were not read',
    async () => {
      const stage = await ofEach()
      const sandbox = await wachtIds.start()
      const args = ['--read', '--wacht-dialect', 'role_ids', '--wacht-url', sandbox.url]
      const env = { WACHT_TOKEN: token }
      const shown = { kind: 'another', state: { role_ids: [engineerRole] } }
      const { json } = await jsonOf(at(stage, ['replay', 'plan', '--json', ...args], { env }))
      const letters = json.letters as { verdict: string; holds?: object }[]
      expect(letters.filter(({ holds }) => holds)).toMatchObject([{ verdict: 'apply', holds: shown }])
      await sandbox.stop()
      const { code, out } = await at(stage, ['replay', 'plan', ...args], { env })
      expect({ code, out }).toEqual({
        code: 0,
        out: expect.stringContaining(
          '\n  the target could not be read: target cannot be reached: ECONNREFUSED\n',
        ),
      })
    },
  )

  scenario('leaves out a letter that fails, tells which and why, and ends with exit code 1', async () => {
    const stage = await ofEach()
    await stage.entry({ member: project, rev: 3, failures: 0, applied: {} } as never) // an entry that cannot be read
    const { code, err, json } = await plan(stage)
    expect({ code, failed: json.failed }).toEqual({ code: 1, failed: 1 })
    expect(json.counts).toEqual({ apply: 1, superseded: 1, duplicate: 1, invalid: 1, undecided: 0 })
    expect(err).toMatch(/^failed busy of \S+ \(project\/\S+, message \S+\): \S.*$/m)
    expect(err).toMatch(/^1 letter failed, not in the plan\. Plan again\.$/m)
  })
  scenario('of a ledger that is not there is wrong wiring, told in one line', async () => {
    const stage = await stages.next()
    await letter(stage, 'a')
    const args = ['replay', 'plan', '--json']
    const { code, out, err } = await at(stage, args, { dynamodb: 'http://127.0.0.1:1' })
    expect({ code, out }).toEqual({ code: 2, out: '' })
    expect(err.trimEnd().split('\n').at(-1)).toMatch(
      /^role-sync: .*DynamoDB.*ECONNREFUSED|^role-sync: cannot reach DynamoDB /,
    )
  })

  scenario('takes the filters', async () => {
    const stage = await ofEach()
    expect((await plan(stage, '--reason', 'gave_up', '--event', 'old')).json).toMatchObject({
      letters: [{ event: 'old' }],
    })
  })
  scenario('of no letters is a plan', async () => {
    const stage = await stages.next()
    expect((await plan(stage)).json).toMatchObject({ letters: [] })
    expect(await apply(stage)).toMatchObject({ code: 0 })
  })
})
