import { readFileSync, writeFileSync } from 'node:fs'
import { describe, expect, test } from '@jest/globals'
import { bodyOf, projectData } from '../../support/events.ts'
import { at, entryBy, eventsIn, letter, name, source } from '../dead-letters.ts'
import { apply, fileOf, ofEach, plan, stages, uuid } from '../replay-stage.ts'
import { scenario } from '../scenario.ts'
import type { Stage } from '../stage.ts'

describe('replay apply', () => {
  scenario(
    'sends what is to be applied, removes what is settled with its evidence, and leaves the rest',
    async () => {
      const stage = await ofEach()
      const { json } = await plan(stage)
      const hash = String(json.hash)
      const { code, err, json: applied } = await apply(stage)
      expect({ code, applied }).toEqual({
        code: 0,
        applied: { sent: 1, removed: 2, refused: 0, failed: 0, stopped: false },
      })
      expect(stage.changes()).toMatchObject([{ body: bodyOf({ id: 'new', time: '2026-11-23T11:00:00Z' }) }])
      const trail = JSON.stringify({ replays: 1, plan: hash })
      expect(stage.changes()).toMatchObject([{ messageAttributes: { trail: { StringValue: trail } } }])
      expect(stage.letters().map(({ body }) => body)).toEqual(
        ['no event', bodyOf({ id: 'busy', data: projectData })].toReversed(),
      )
      const of = (event: string) => `${event} of ${source} (${name}, message `
      expect(err.trimEnd().split('\n').toSorted()).toEqual([
        expect.stringContaining(`removed ${of('in-effect')}`),
        expect.stringMatching(
          /^removed old of \S+ \(.*\): superseded by in-effect, applied since \S+Z \(plan /,
        ),
      ])
      expect(err).toContain(`(plan ${hash.slice(0, 12)})\n`)
    },
  )

  scenario('refuses letters whose ledger entry moved since the plan, with exit code 1', async () => {
    const stage = await ofEach()
    await plan(stage)
    await stage.entry(entryBy('newest', '2026-11-23T11:30:00', { rev: 4 }))
    const { code, err, json } = await apply(stage)
    expect({ code, json }).toEqual({
      code: 1,
      json: { sent: 0, removed: 0, refused: 3, failed: 0, stopped: false },
    })
    expect(err).toMatch(
      /^refused new of \S+ \(.*\): its ledger entry changed from revision 3 to 4; plan again \(plan /m,
    )
    expect(stage.letters()).toHaveLength(5)
    expect(stage.changes()).toEqual([])
  })

  scenario('goes on past a letter that fails, tells which and why, and ends with exit code 1', async () => {
    const stage = await ofEach()
    await plan(stage)
    const refuses = (command: string) => command === 'SendMessageCommand'
    const args = ['replay', 'apply', fileOf(stage), '--yes']
    const { code, out, err } = await at(stage, args, { refuses })
    expect({ code, out }).toEqual({ code: 1, out: '0 sent, 2 removed, 0 refused, 1 failed\n' })
    expect(err).toMatch(/^failed new of \S+ \(.*\): SQS: ServiceUnavailable: not now \(plan [0-9a-f]{12}\)$/m)
    expect(err).toContain('\n1 letter failed, still on the dead-letter queue. Plan again.\n')
    const left = eventsIn(stage.letters().filter(({ body }) => body !== 'no event'))
    expect(left.map(({ id }) => id).toSorted()).toEqual(['busy', 'new'])
  })

  scenario('by two operators at once sends every letter once', async () => {
    const stage = await stages.next()
    const ids = Array.from({ length: 12 }, (_, index) => `e${index}`)
    for (const id of ids)
      await letter(stage, id, 'rejected', { data: { ...projectData, memberId: uuid(id) } })
    await plan(stage)
    const both = await Promise.all([apply(stage, '--rate', '1000'), apply(stage, '--rate', '1000')])
    const sent = both.map(({ json }) => Number(json.sent))
    expect(sent.reduce((a, b) => a + b)).toBe(12)
    expect(
      eventsIn(stage.changes())
        .map(({ id }) => id)
        .toSorted(),
    ).toEqual(ids.toSorted())
    expect(both.some(({ code }) => code === 1)).toBe(true)
    expect(both.map(({ err }) => err).join('')).toMatch(/^\d+ letters? not processed: /m)
  })

  scenario('asks on a terminal, and does nothing without a yes', async () => {
    const stage = await ofEach()
    await plan(stage)
    const ask = (stdin: string) => at(stage, ['replay', 'apply', fileOf(stage)], { terminal: true, stdin })
    expect(await ask('\n')).toEqual({
      ...{ code: 1, out: '' },
      err: expect.stringMatching(
        /^Plan [0-9a-f]{12} of \S+Z for stage s\d+: send 1, remove 2\? \[y\/N\] Nothing was changed.\n$/,
      ),
    })
    expect(stage.letters()).toHaveLength(5)
    expect(await ask('yes\n')).toMatchObject({ code: 0, out: '1 sent, 2 removed, 0 refused\n' })
  })

  scenario('says where nobody can be asked, and does nothing', async () => {
    const stage = await ofEach()
    await plan(stage)
    expect(await at(stage, ['replay', 'apply', fileOf(stage)])).toEqual({
      ...{ code: 2, out: '' },
      err: 'role-sync: Cannot ask for confirmation: not a terminal. Use --yes.\n',
    })
    expect(stage.letters()).toHaveLength(5)
  })

  scenario('takes no plan that was changed, and no other file', async () => {
    const stage = await ofEach()
    const { json } = await plan(stage)
    const text = readFileSync(fileOf(stage), 'utf8')
    const hash = String(json.hash)
    const refusals = [
      [
        text.replace('"verdict": "superseded"', '"verdict": "apply"'),
        'hash: is not that of the plan, which was changed after it was made',
      ],
      [
        text.replace(hash, `${hash.startsWith('0') ? 1 : 0}${hash.slice(1)}`),
        'hash: is not that of the plan',
      ],
      [
        text.replace('"role_id": ', '"role_id": "1", "was": '),
        'hash: is not that of the plan, which was changed after it was made',
      ],
      [text.replace('"PATCH"', '"DELETE"'), 'hash: is not that of the plan'],
      [text.replace('"applied": {', '"applied": { "x": 1,'), 'hash: is not that of the plan'],
      ['7', 'must be a plan of role-sync'],
      [JSON.stringify(json), 'plannedAt: is missing'],
      ['nope', 'must be JSON'],
    ] as const
    for (const [content, told] of refusals) {
      writeFileSync(fileOf(stage), content)
      const { code, err } = await at(stage, ['replay', 'apply', fileOf(stage), '--yes'])
      expect({ code, err }).toEqual({ code: 2, err: expect.stringContaining(told) })
      expect(err).toContain(`role-sync: wrong plan ${fileOf(stage)}: `)
    }
    expect(stage.letters()).toHaveLength(5)
    expect(stage.changes()).toEqual([])
  })

  test.each([['0'], ['-1'], ['fast'], ['100000']])('--rate %s is wrong usage', async rate => {
    const stage = { stage: 'x', sqs: '', dynamodb: '' } as Stage
    const { code, err } = await at(stage, ['replay', 'apply', 'x', '--rate', rate])
    expect({ code, err }).toEqual({
      code: 2,
      err: expect.stringContaining('It must be a number of letters per second'),
    })
  })

  scenario('ends between two letters when it is stopped, and leaves the others as they were', async () => {
    const stage = await stages.next()
    for (let index = 0; index < 12; index++) {
      await letter(stage, `e${index}`, 'rejected', { data: { ...projectData, memberId: uuid(`e${index}`) } })
    }
    await plan(stage)
    const stop = new AbortController()
    const applying = at(stage, ['replay', 'apply', fileOf(stage), '--yes', '--rate', '0.1'], { stop })
    while (stage.changes().length < 1) await new Promise(resolve => setTimeout(resolve, 2))
    stop.abort('interrupted')
    const { code, out, err } = await applying
    expect({ code, out }).toEqual({
      code: 130,
      out: expect.stringMatching(/^\d+ sent, 0 removed, 0 refused\n$/),
    })
    expect(err).toContain('Stopped: the remaining letters are unchanged on the dead-letter queue.\n')
    expect(eventsIn([...stage.changes(), ...stage.letters()])).toHaveLength(12)
    await new Promise(resolve => setTimeout(resolve, 1100))
    expect(await stage.hide(10, 1)).toHaveLength(stage.letters().length)
  })
})
