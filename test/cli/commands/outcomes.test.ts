import { setImmediate } from 'node:timers/promises'
import { ListQueuesCommand, ListQueueTagsCommand } from '@aws-sdk/client-sqs'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { run } from '../../../functions/cli/program.ts'
import { outcomeEvent } from '../../../functions/core/history/outcome-event.ts'
import { type SqsEngine, startSqs } from '../../../infra/local/engines/sqs-engine.ts'
import { noon } from '../../support/events.ts'
import { messageOf } from '../../support/world.ts'
import { clientOf, commandLine, fakeWorld } from '../fake-world.ts'

let engine: SqsEngine
beforeAll(async () => {
  engine = await startSqs({ port: 0, region: 'us-east-1' })
})
afterAll(() => engine.stop())

const queues = async () => (await clientOf(engine.url).send(new ListQueuesCommand({}))).QueueUrls ?? []
const named = { event: 'e1', source: '//hr', target: 'wacht', member: 'wacht/1/2' }
const letter = { reason: 'rejected', detail: 'no' } as const
const dead = outcomeEvent(
  { message: messageOf('m1', '{}'), named, verdict: { kind: 'dead', letter } },
  ...['//role-sync/prod', noon, (text: string) => text],
)

/** Follows the outcomes of a stage until one came, and stops. */
async function followed(stage: string, ...options: string[]) {
  const fake = fakeWorld({ sqs: engine.url })
  const sns = await fake.world.sns()
  const { TopicArn } = await sns.createTopic({ Name: `role-sync-${stage}-outcomes` })
  const running = run(['outcomes', '--follow', '--stage', stage, ...options], fake.world)
  while (!fake.err().includes('waiting for outcomes')) await setImmediate()
  const [queue = ''] = await queues()
  const { Tags } = await clientOf(engine.url).send(new ListQueueTagsCommand({ QueueUrl: queue }))
  await sns.publish({ TopicArn, Message: dead.body })
  while (!fake.out().endsWith('\n')) await setImmediate()
  fake.stop('interrupted')
  const code = await running
  const { Subscriptions = [] } = await sns.listSubscriptionsByTopic({ TopicArn })
  return { code, out: fake.out(), err: fake.err(), queue, Tags, Subscriptions }
}

test('each outcome is a line, from a queue that says whose it is, and nothing is left after Ctrl-C', async () => {
  const { code, out, err, queue, Tags, Subscriptions } = await followed('prod')
  expect(out).toBe('dead (rejected): wacht/1/2 by e1 of //hr at 2026-11-23T12:00:00.000Z\n')
  const name = queue.split('/').at(-1) as string
  expect(name).toMatch(/^role-sync-prod-outcomes-[0-9a-f-]{36}$/)
  expect(Tags).toEqual({ 'role-sync-outcomes': 'prod' })
  expect(err).toBe(`waiting for outcomes on queue ${name}; Ctrl-C removes it\n`)
  expect({ code, queues: await queues(), Subscriptions }).toEqual({
    code: 130,
    queues: [],
    Subscriptions: [],
  })
})

test('with --json each is its event', async () => {
  const { out } = await followed('test', '--json')
  expect(JSON.parse(out)).toEqual(JSON.parse(dead.body))
})

test('a stage without a topic is told, and the queue is removed', async () => {
  const { code, err } = await commandLine(['outcomes', '--follow', '--stage', 'off'], { sqs: engine.url })
  expect({ code, err }).toEqual({
    code: 2,
    err: 'role-sync: stage off tells no outcomes: deploy it with -c outcomes=on\n',
  })
  expect(await queues()).toEqual([])
})

test('without --follow it says what is missing', async () => {
  const { code, err } = await commandLine(['outcomes'])
  expect(code).toBe(2)
  expect(err).toContain("required option '--follow' not specified")
})
