import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { CreateQueueCommand, SetQueueAttributesCommand } from '@aws-sdk/client-sqs'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import { type SqsEngine, startSqs } from '../../../infra/local/engines/sqs-engine.ts'
import { bodyOf, withData } from '../../support/events.ts'
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
    expect({ code, out, err }).toEqual({ code: 0, out: `24 sent to ${queue()}, 0 refused\n`, err: '' })
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
    expect({ code, out }).toEqual({ code: 1, out: `1 sent to ${queue()}, 2 refused\n` })
    expect(err.split('\n')).toEqual([
      'line 1: invalid_event: (body): must be JSON',
      expect.stringMatching(/^line 4 \(wd-2026-000123\): invalid_event: data\.roleId: must be a string/),
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
  test('prints an object even when there was nothing to send', async () => {
    expect(await send('\n', ['--json'])).toEqual({ code: 0, out: '{"sent":0,"refused":[]}\n', err: '' })
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
    expect(out).toBe(`12 sent to ${queue()}, 1 refused\n`)
    expect(err).toContain('line 1: invalid_event: (body): must be JSON\n')
    expect(err).toContain(`sending to ${queue()} | 12 sent, 1 refused`)
  })
})
