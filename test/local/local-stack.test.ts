import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { networkInterfaces, tmpdir } from 'node:os'
import { join } from 'node:path'
import { PutItemCommand } from '@aws-sdk/client-dynamodb'
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager'
import { ChangeMessageVisibilityCommand, GetQueueAttributesCommand } from '@aws-sdk/client-sqs'
import { afterEach, expect, test } from '@jest/globals'
import { parseLine } from '../../functions/cli/page/log-lines.ts'
import { crashedOutcome, isCrashed } from '../../infra/local/outcomes/run-outcomes.ts'
import { startTinyStack, type TinyStack, tinyTemplate } from './tiny-stack.ts'

let stack: TinyStack | undefined
afterEach(async () => {
  await stack?.stop()
  stack = undefined
})

const bodies = (of: TinyStack) => of.settled.map(outcome => outcome.event).sort()
const left = (of: TinyStack) => of.messages(of.changes).map(message => message.body)

test('what an invocation settled is told with its log lines, then deleted', async () => {
  stack = await startTinyStack()
  await stack.send('a', 'b')
  stack.poll()
  await stack.until(() => left(stack!).length === 0)
  expect(bodies(stack)).toEqual(['a', 'b'])
  expect(stack.invocations[0]?.lines.at(-1)).toBe('warned')
})

test('only the messages of a partial batch that failed come again, and SQS moves them in the end', async () => {
  stack = await startTinyStack()
  await stack.send('a', 'retry', 'b')
  stack.poll()
  const failed = () => stack!.lines.map(parseLine).filter(line => line?.message === 'failed')
  for (let receives = 1; receives <= 2; receives++) {
    await stack.until(() => failed().length === receives)
    const ReceiptHandle = String(failed().at(-1)!.receiptHandle)
    const sooner = { QueueUrl: stack.changes.url, ReceiptHandle, VisibilityTimeout: 1 }
    await stack.sqs.send(new ChangeMessageVisibilityCommand(sooner))
  }
  await stack.until(() => stack!.messages(stack!.deadLetters).length === 1)
  expect(bodies(stack)).toEqual(['a', 'b'])
  const [letter] = stack.messages(stack.deadLetters)
  expect(isCrashed(letter!)).toBe(true)
  expect(await crashedOutcome(letter!, async () => undefined, Date.now())).toMatchObject({
    event: null,
    outcome: 'dead',
    reason: 'crashed',
    receives: 2,
  })
})

test.each([
  ['throws', 'throw', 'as told'],
  ['hangs', 'hang', 'timed out after 1 s'],
  ['never yields', 'loop', 'timed out after 1 s'],
  ['ends its process', 'exit', 'exit code 7'],
])(
  'a function that %s gives its whole batch back and the next invocation finds a living one',
  async (_, body, told) => {
    stack = await startTinyStack({ template: tinyTemplate({ timeout: 1, visibility: 30 }) })
    await stack.send('a', body)
    stack.poll()
    await stack.until(() => stack!.troubles.length > 0)
    expect(stack.troubles[0]).toContain(told)
    expect(stack.settled).toEqual([])
    expect(left(stack).sort()).toEqual(['a', body].sort())
    await stack.send('b')
    await stack.until(() => bodies(stack!).includes('b'))
    if (body === 'exit') expect(stack.lines).toContain('last words')
  },
)

test('the environment is what the template says, the context what Lambda gives', async () => {
  stack = await startTinyStack()
  await stack.send('tell')
  stack.poll()
  await stack.until(() => stack!.settled.length === 1)
  const told = stack.lines.map(parseLine).find(line => line?.message === 'told')
  const { AWS_ENDPOINT_URL_LAMBDA: _, AWS_ENDPOINT_URL: __, ...engines } = stack.environment
  expect(told).toMatchObject({
    environment: {
      QUEUE: stack.changes.url,
      TABLE: 'tiny-ledger',
      SECRET: 'arn:aws:secretsmanager:us-east-1:000000000000:secret:tiny/token-local0',
      JOINED: 'a-us-east-1',
      AWS_LAMBDA_FUNCTION_NAME: 'tiny-sync',
      ...engines,
      AWS_ACCESS_KEY_ID: 'tiny-sync',
    },
    context: { functionName: 'tiny-sync', memoryLimitInMB: '256' },
    Records: [{ eventSource: 'aws:sqs', eventSourceARN: 'arn:aws:sqs:us-east-1:000000000000:tiny-changes' }],
  })
  expect(Object.keys(told!.environment as object)).not.toContain('PATH')
  const { remaining } = told!.context as { remaining: number }
  expect(remaining).toBeGreaterThan(0)
  expect(remaining).toBeLessThanOrEqual(60_000)
})

test('queues get the attributes of the template, the table its key, the secret its value', async () => {
  stack = await startTinyStack()
  const { Attributes } = await stack.sqs.send(
    new GetQueueAttributesCommand({ QueueUrl: stack.changes.url, AttributeNames: ['All'] }),
  )
  expect(Attributes).toMatchObject({
    VisibilityTimeout: '600',
    MaximumMessageSize: '131072',
    RedrivePolicy: JSON.stringify({
      deadLetterTargetArn: 'arn:aws:sqs:us-east-1:000000000000:tiny-dead',
      maxReceiveCount: 2,
    }),
  })
  const client = { region: 'us-east-1', credentials: { accessKeyId: 'x', secretAccessKey: 'x' } }
  const secrets = new SecretsManagerClient({
    ...client,
    endpoint: stack.environment.AWS_ENDPOINT_URL_SECRETS_MANAGER!,
  })
  expect(await secrets.send(new GetSecretValueCommand({ SecretId: 'tiny/token' }))).toMatchObject({
    SecretString: '{"token":"t"}',
  })
  await expect(secrets.send(new GetSecretValueCommand({ SecretId: 'none' }))).rejects.toMatchObject({
    name: 'ResourceNotFoundException',
  })
  await stack.dynamodb.send(
    new PutItemCommand({ TableName: stack.tables[0], Item: { member: { S: 'wacht/1/2' } } }),
  )
})

test('a folder keeps messages over a restart', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'tiny-'))
  stack = await startTinyStack({ folder })
  await stack.send('a')
  await stack.stop()
  stack = await startTinyStack({ folder })
  expect(left(stack)).toEqual(['a'])
  stack.poll()
  await stack.until(() => left(stack!).length === 0)
  rmSync(folder, { recursive: true })
})

test('a port that is taken is an error, and what had started is stopped', async () => {
  const server = createServer()
  // Below the ports that the system hands out, for several in a row have to be free.
  const port = 20_000 + Math.floor(Math.random() * 10_000)
  await new Promise<void>(resolve => server.listen(port, '127.0.0.1', resolve))
  await expect(startTinyStack({ port: port - 1 })).rejects.toMatchObject({ code: 'EADDRINUSE' })
  await new Promise(resolve => server.close(resolve))
  stack = await startTinyStack({ port: port - 1 })
})

test('every endpoint listens on loopback only', async () => {
  stack = await startTinyStack()
  const outside = Object.values(networkInterfaces())
    .flat()
    .find(address => address && !address.internal && address.family === 'IPv4')
  const endpoints = Object.entries(stack.environment).filter(([name]) => name.startsWith('AWS_ENDPOINT_URL'))
  expect(endpoints).toHaveLength(6)
  for (const [, endpoint] of endpoints) {
    expect(new URL(endpoint).hostname).toBe('127.0.0.1')
    if (outside) await expect(fetch(endpoint.replace('127.0.0.1', outside.address))).rejects.toThrow()
  }
})
