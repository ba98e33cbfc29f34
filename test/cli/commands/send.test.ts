import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { CreateQueueCommand, SetQueueAttributesCommand } from '@aws-sdk/client-sqs'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import { type SqsEngine, startSqs } from '../../../infra/local/engines/sqs-engine.ts'
import { bodyOf, membership, organization, withData } from '../../support/events.ts'
import { clientOf, commandLine } from '../fake-world.ts'

let sqs: SqsEngine
let stage = 0
beforeAll(async () => {
  sqs = await startSqs({ port: 0, region: 'us-east-1' })
})
afterAll(() => sqs.stop())
beforeEach(async () => {
  stage += 1
  await clientOf(sqs.url).send(new CreateQueueCommand({ QueueName: queue() }))
})

const queue = () => `role-sync-s${stage}-changes`
const send = (stdin: string, args: readonly string[] = [], terminal = false) =>
  commandLine(['send', '-', '--stage', `s${stage}`, ...args], { stdin, sqs: sqs.url, terminal })
const sentBodies = () => sqs.messages(queue()).map(message => message.body)
const events = (count: number) => Array.from({ length: count }, (_, index) => bodyOf({ id: `e${index}` }))

describe('send', () => {
  test('puts every event on the queue of its stage, byte for byte', async () => {
    const bodies = [...events(23), ` ${bodyOf({ note: 'ü 漢' })}  `]
    const { code, out, err } = await send(`\ufeff${bodies.join('\r\n')}`)
    expect({ code, summary: out.split('\n')[0], err }).toEqual({
      code: 0,
      summary: `24 sent to ${queue()}, 0 refused`,
      err: `next: role-sync status e0 --member wacht/${organization}/${membership} --stage s${stage}\n`,
    })
    expect(sentBodies().toSorted()).toEqual(bodies.toSorted())
  })
  test('finds the stage in the environment, too', async () => {
    const env = { ROLE_SYNC_STAGE: `s${stage}` }
    expect(await commandLine(['send', '-'], { stdin: bodyOf(), env, sqs: sqs.url })).toMatchObject({
      code: 0,
    })
    expect(sentBodies()).toHaveLength(1)
  })
  test('sends the body of an exported dead letter', async () => {
    const letter = { body: bodyOf(), reason: 'not_found', trail: '{}' }
    expect(await send(JSON.stringify(letter))).toMatchObject({ code: 0 })
    expect(sentBodies()).toEqual([bodyOf()])
  })
  test('reports the lines that it refuses and sends the others', async () => {
    const { code, out, err } = await send(`nope\n\n${bodyOf()}\n${withData({ roleId: 7 })}\n`)
    expect({ code, summary: out.split('\n')[0] }).toEqual({
      code: 1,
      summary: `1 sent to ${queue()}, 2 refused`,
    })
    expect(err.split('\n')).toEqual([
      'line 1: invalid_event: (body): must be JSON',
      expect.stringMatching(/^line 4 \(wd-2026-000123\): invalid_event: data\.roleId: must be a string/),
      expect.stringMatching(/^next: /),
      '',
    ])
    expect(sentBodies()).toEqual([bodyOf()])
  })
  test('prints one object with --json, its lines in order', async () => {
    const QueueUrl = `${sqs.url}/000000000000/${queue()}`
    const Attributes = { MaximumMessageSize: '2048' }
    await clientOf(sqs.url).send(new SetQueueAttributesCommand({ QueueUrl, Attributes }))
    const large = bodyOf({ id: 'e', note: 'x'.repeat(3000) })
    const { code, out } = await send(`${large}\nnope\n${bodyOf()}`, ['--json'])
    expect(code).toBe(1)
    expect(JSON.parse(out)).toEqual({
      sent: 1,
      events: [
        {
          ...{ line: 3, event: 'wd-2026-000123', source: '//workday.example.com/role-changes' },
          ...{ member: `wacht/${organization}/${membership}`, message: sqs.messages(queue())[0]?.messageId },
        },
      ],
      refused: [
        {
          line: 1,
          event: 'e',
          reason: 'not_sent',
          detail: expect.stringMatching(/2048/),
        },
        { line: 2, event: null, reason: 'invalid_event', detail: '(body): must be JSON' },
      ],
    })
    expect(out.trim().split('\n')).toHaveLength(1)
  })
  test('refuses an input without an event, and prints an object all the same', async () => {
    expect(await send('\n', ['--json'])).toEqual({
      ...{ code: 2, out: '{"sent":0,"events":[],"refused":[]}\n' },
      err: 'role-sync: standard input has no events\n',
    })
  })
  test('sends an indented event and an array', async () => {
    const [one, two] = [bodyOf({ id: 'one' }), bodyOf({ id: 'two' })]
    await send(JSON.stringify(JSON.parse(one), null, 2))
    await send(`[\n${two},\n{"specversion":"1.0"}\n]`)
    expect(sentBodies().toSorted()).toEqual([one, two].toSorted())
  })
  test('shows a problem of many lines once, with their number', async () => {
    const { err } = await send('nope\n'.repeat(1281))
    expect(err).toBe(
      'line 1: invalid_event: (body): must be JSON\n' +
        '1,281 times: invalid_event: (body): must be JSON; first: line 1\n',
    )
  })
  test('shows the message id of each event, and of the first ones where there are many', async () => {
    const { out } = await send(events(23).join('\n'))
    const [, head, first] = out.split('\n')
    expect(head).toMatch(/^event +member +message$/)
    const { messageId } = sqs.messages(queue()).find(({ body }) => JSON.parse(body).id === 'e0') ?? {}
    expect(first?.split(/ +/)).toEqual(['e0', `wacht/${organization}/${membership}`, messageId])
    expect(out.split('\n').slice(22)).toEqual(['3 more are not shown; --json lists all', ''])
  })
  test('sends batches whose events are as large as they may be', async () => {
    const large = (index: number) => {
      const room = 65_536 - Buffer.byteLength(bodyOf({ id: `e${index}`, note: '' }))
      return bodyOf({ id: `e${index}`, note: 'x'.repeat(room) })
    }
    expect(await send(Array.from({ length: 9 }, (_, index) => large(index)).join('\n'))).toMatchObject({
      code: 0,
    })
    expect(sentBodies()).toHaveLength(9)
  })
  test('says which stage and which queue it did not find', async () => {
    const { code, err } = await commandLine(['send', '-', '--stage', 'none'], {
      stdin: bodyOf(),
      sqs: sqs.url,
    })
    expect({ code, err }).toEqual({
      code: 2,
      err: 'role-sync: queue role-sync-none-changes does not exist: check --stage (none), the account, the region, and that the stage is deployed\n',
    })
  })
  test('reads a file, and shows on a terminal how much of it is done', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'role-sync-cli-'))
    const file = join(folder, 'events.ndjson')
    writeFileSync(file, events(12).join('\n'))
    const args = ['send', file, '--stage', `s${stage}`]
    const { code, err } = await commandLine(args, { sqs: sqs.url, terminal: true })
    rmSync(folder, { recursive: true })
    expect({ code, sent: sentBodies().length }).toEqual({ code: 0, sent: 12 })
    expect(err).toMatch(/█ 100% \| 12 sent, 0 refused/)
  })
  test('only counts where the whole is not known, on standard error', async () => {
    const { out, err } = await send(`nope\n${events(12).join('\n')}`, [], true)
    expect(out.split('\n')[0]).toBe(`12 sent to ${queue()}, 1 refused`)
    expect(err).toContain('line 1: invalid_event: (body): must be JSON\n')
    expect(err).toContain(`sending to ${queue()} | 12 sent, 1 refused`)
  })
})
