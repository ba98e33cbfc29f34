import { CreateQueueCommand } from '@aws-sdk/client-sqs'
import { createDueCipher } from '../../../functions/aws/due-cipher.ts'
import { createDueTable } from '../../../functions/aws/due-table.ts'
import { createDynamoDbItems } from '../../../functions/aws/dynamodb-items.ts'
import { createPooledTransport } from '../../../functions/aws/pooled-transport.ts'
import { sha256 } from '../../../functions/aws/sha256.ts'
import { createBatchedSender, type SendSome } from '../../../functions/aws/sqs-send.ts'
import { dueAheadMs, dueItemOf } from '../../../functions/core/due/due-item.ts'
import { createDueRound } from '../../../functions/due/send-due.ts'
import { startEngines } from '../../../infra/local/engines/embedded-engines.ts'
import { batchesOf, dynamoDbAt, sqsAt } from '../../support/aws.ts'
import { createDueItemsTable } from '../../support/due.ts'
import { versionOf } from '../../support/entries.ts'
import { interleaved, median } from '../measure.ts'
import type { Section } from '../section.ts'
import { countRequests } from '../services/requests.ts'

/** Changes that are due within one minute, as one round first sees them. */
interface Scenario {
  readonly what: string
  /** How long before the first instant the round begins, in milliseconds. */
  readonly aheadMs: number
  readonly isPerson?: true
}

const scenarios: readonly Scenario[] = [
  { what: 'seen five minutes before', aheadMs: dueAheadMs - 60_000 },
  { what: '… all name a person', aheadMs: dueAheadMs - 60_000, isPerson: true },
  { what: 'the schedule stood still: all late', aheadMs: -60_000 },
]

/** How long after its instant a change is visible on the queue, where so many are due in one minute. */
export async function due(rounds: number, items = 10_000): Promise<Section> {
  const requests = countRequests()
  const engines = await startEngines({ port: 0, region: 'us-east-1', secrets: new Map() })
  const dynamodb = dynamoDbAt(engines.dynamodb.url)
  const sqs = sqsAt(engines.sqs.url)
  try {
    await createDueItemsTable(dynamodb, 'due')
    const cipher = createDueCipher(key, key, Date.now, () => {})
    // The functions' own client waits for a second only, and the embedded DynamoDB is slower than AWS's.
    const filled = createDueTable('due', batchesOf(dynamodb), cipher)
    const { QueueUrl = '' } = await sqs.send(new CreateQueueCommand({ QueueName: 'changes' }))
    const table = createDueTable(
      'due',
      createDynamoDbItems({ env: engines.environment, transport: createPooledTransport() }),
      cipher,
    )
    const send = createBatchedSender(QueueUrl, sqs)
    const samples = await interleaved(scenarios, rounds, async scenario => {
      // The table is filled while the clock of the round stands still; it goes on when the round begins.
      const begin = Date.now()
      const instants = await fill(filled, scenario, items, begin + scenario.aheadMs)
      requests.take()
      const start = performance.now()
      const now = () => begin + performance.now() - start
      const seen: number[] = []
      const watched: SendSome = async messages => {
        const results = await send(messages)
        for (const { body, seconds = 0 } of messages)
          seen.push(now() + seconds * 1000 - Math.max(begin, instants.get(body) as number))
        return results
      }
      const answer = await createDueRound({ table, send: watched, now, log: { round: () => {}, trouble } })(
        Infinity,
      )
      if (answer.sent !== items || Math.min(...seen) < 0) throw new Error(`${scenario.what}: ${answer.sent}`)
      return { seen: seen.toSorted((a, b) => a - b), ms: performance.now() - start, calls: requests.take() }
    })
    return {
      title: `Due changes: ${items} in one minute`,
      note: `medians of ${rounds} rounds; seconds from the instant, of a late one from the begin of the round, until SQS has answered and its delay is over; embedded SQS and DynamoDB in the process of the round`,
      rows: scenarios.map(scenario => {
        const of = samples.get(scenario) ?? []
        const at = (share: number) =>
          Number(
            (median(of.map(({ seen }) => seen[Math.ceil(share * seen.length) - 1] as number)) / 1000).toFixed(
              2,
            ),
          )
        const calls = (name: string) => median(of.map(sample => sample.calls[name] ?? 0))
        return {
          what: scenario.what,
          ...{ p50: at(0.5), p99: at(0.99), longest: at(1) },
          'round, s': Number((median(of.map(({ ms }) => ms)) / 1000).toFixed(2)),
          ...{ queries: calls('Query'), sends: calls('SendMessageBatch'), deletes: calls('BatchWriteItem') },
        }
      }),
    }
  } finally {
    dynamodb.destroy()
    sqs.destroy()
    await engines.stop()
  }
}

const key = async () => '{"token":"bench"}'

const trouble = (what: string, error: unknown): never => {
  throw new Error(what, { cause: error })
}

/** Stores changes whose instants are spread over the minute from `first` on. The result has their instants by body. */
async function fill(
  table: Pick<ReturnType<typeof createDueTable>, 'put'>,
  { isPerson }: Scenario,
  items: number,
  first: number,
): Promise<Map<string, number>> {
  const facts = Array.from({ length: items }, (_, n) => ({
    ...{ at: first + Math.floor((n / items) * 60_000), half: 'begin' as const, sender: 'intake/hr' },
    body: JSON.stringify({ source: 'hr', n, filler: 'x'.repeat(500) }),
    ...{ version: versionOf(n), member: isPerson ? null : `wacht/1/${n}` },
    ...(n % 10 === 0 && { withdraws: true as const }),
  }))
  await table.put(facts.map(each => dueItemOf(each, sha256)))
  return new Map(facts.map(({ body, at }) => [body, at]))
}
