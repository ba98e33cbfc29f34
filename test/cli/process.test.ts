import { CreateQueueCommand } from '@aws-sdk/client-sqs'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { type SqsEngine, startSqs } from '../../infra/local/engines/sqs-engine.ts'
import { bodyOf } from '../support/events.ts'
import { clientOf } from './fake-world.ts'
import { runProgram, startProgram as start } from './program.ts'

const runWith = (stdin: string, args: readonly string[], env: Readonly<Record<string, string>>) =>
  runProgram(args, env, stdin)

const queue = 'role-sync-local-changes'

let sqs: SqsEngine
beforeAll(async () => {
  sqs = await startSqs({ port: 0, region: 'us-east-1' })
  await clientOf(sqs.url).send(new CreateQueueCommand({ QueueName: queue }))
})
afterAll(() => sqs.stop())

/** What `npm start -- --serve` tells to export. */
const local = () => ({
  ...{ AWS_ENDPOINT_URL_SQS: sqs.url, AWS_REGION: 'us-east-1', ROLE_SYNC_STAGE: 'local' },
  ...{ AWS_ACCESS_KEY_ID: 'local', AWS_SECRET_ACCESS_KEY: 'local' },
})
describe('the program', () => {
  test('sends, and keeps standard output pure', async () => {
    const result = await runWith(`${bodyOf()}\nnope\n`, ['send', '-', '--json'], local())
    expect(result.code).toBe(1)
    expect(JSON.parse(result.out)).toMatchObject({ sent: 1, refused: [{ line: 2 }] })
    expect(result.err).toBe('line 2: invalid_event: (body): must be JSON\n')
    expect(sqs.messages(queue)).toHaveLength(1)
  })
  test('takes AWS_ENDPOINT_URL and AWS_DEFAULT_REGION, too', async () => {
    const { AWS_ENDPOINT_URL_SQS, AWS_REGION, ...rest } = local()
    const others = { ...rest, AWS_DEFAULT_REGION: AWS_REGION }
    const result = await runWith(bodyOf(), ['send', '-'], {
      ...others,
      AWS_ENDPOINT_URL: AWS_ENDPOINT_URL_SQS,
    })
    expect(result).toMatchObject({ code: 0, out: expect.stringContaining(`1 sent to ${queue}, 0 refused\n`) })
  })
  test('says in one line that there are no credentials, or no region', async () => {
    const { AWS_ENDPOINT_URL_SQS, AWS_REGION } = local()
    const withRegion = await runWith('', ['send', '-'], { AWS_ENDPOINT_URL_SQS, AWS_REGION })
    expect(withRegion).toMatchObject({
      code: 2,
      out: '',
      err: expect.stringMatching(/^role-sync: no AWS credentials .*\n$/),
    })
    const without = await runWith('', ['send', '-'], { AWS_ENDPOINT_URL_SQS })
    expect(without).toEqual({ code: 2, out: '', err: 'role-sync: no AWS region: set AWS_REGION\n' })
  })
  test('says in one line that nobody is at the endpoint', async () => {
    const nobody = 'http://127.0.0.1:1'
    const result = await runWith('', ['send', '-'], { ...local(), AWS_ENDPOINT_URL_SQS: nobody })
    const err = `role-sync: cannot reach SQS at ${nobody} (AWS_ENDPOINT_URL_SQS): ECONNREFUSED\n`
    expect(result).toEqual({ code: 2, out: '', err })
  })
  test('says which service is not there', async () => {
    const env = { ...local(), AWS_ENDPOINT_URL_DYNAMODB: 'http://127.0.0.1:1' }
    const result = await runWith('', ['member', 'wacht/1/2'], env)
    const err =
      'role-sync: cannot reach DynamoDB at http://127.0.0.1:1 (AWS_ENDPOINT_URL_DYNAMODB): ECONNREFUSED\n'
    expect(result).toEqual({ code: 2, out: '', err })
  })
  test('says in one line that the endpoint is no URL', async () => {
    const result = await runWith('', ['send', '-'], { ...local(), AWS_ENDPOINT_URL_SQS: 'there' })
    expect(result).toEqual({
      code: 2,
      out: '',
      err: 'role-sync: there (AWS_ENDPOINT_URL_SQS) is not a URL\n',
    })
  })
  test('finishes what is on its way at Ctrl-C and says what it did', async () => {
    const { child, ended } = start(['send', '-', '--json'], local())
    const lines = Array.from({ length: 15 }, (_, index) => bodyOf({ id: `c${index}` }))
    child.stdin.write(`${lines.join('\n')}\n${bodyOf().slice(0, 40)}`)
    const arrived = () => sqs.messages(queue).some(({ body }) => body === lines[9])
    while (!arrived()) await new Promise(resolve => setTimeout(resolve, 10))
    child.kill('SIGINT')
    const { code, out, err } = await ended
    expect({ code, result: JSON.parse(out) }).toMatchObject({ code: 130, result: { sent: 10, refused: [] } })
    expect(err).toMatch(/^Stopped: not everything was sent\. .*\n$/)
  })
  test('goes on when nobody reads its output, and ends with the exit code of the work', async () => {
    const checked = async (last: string) => {
      const { child, ended } = start(['check', '-'], {})
      child.stdout.once('data', () => child.stdout.destroy())
      child.stdin.end(`${`${bodyOf()}\n`.repeat(10_000)}${last}`)
      return ended
    }
    expect(await checked('')).toMatchObject({ code: 0, err: '10000 checked, 0 would be refused\n' })
    expect(await checked('nope')).toMatchObject({ code: 1, err: '10001 checked, 1 would be refused\n' })
  })
})
