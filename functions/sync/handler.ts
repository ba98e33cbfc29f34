import { setTimeout } from 'node:timers/promises'
import middy from '@middy/core'
import type { Context, SQSBatchResponse, SQSEvent } from 'aws-lambda'
import catalogue from '#roles' with { type: 'json' }
import { sha256 } from '../aws/hash.ts'
import { createLedger, ledgerClient } from '../aws/ledger.ts'
import { createPersonMemory } from '../aws/people.ts'
import { createQueues } from '../aws/queues.ts'
import { createCredentials, secretReader } from '../aws/secrets.ts'
import { createTelemetry } from '../aws/telemetry.ts'
import { createEventParser } from '../core/event.ts'
import { personTarget } from '../core/person.ts'
import { kinds, parseCatalogue } from '../targets/index.ts'
import { createConsumer } from './consumer.ts'
import { createLinks } from './links.ts'
import { messageOf } from './records.ts'
import { readRules, readSettings } from './settings.ts'

const settings = readSettings(process.env)
const roles = parseCatalogue(catalogue)
if (!roles.ok) throw new Error(`wrong role catalogue: ${roles.problems.join('; ')}`)

const { logger, telemetry, flush } = createTelemetry()
const rules = readRules(settings)
const now = Date.now
const dynamodb = ledgerClient()
const { token: personSecret } = createCredentials(
  personTarget,
  secretReader(settings.PERSON_SECRET_ARN),
  now,
  (_, error) => telemetry.trouble('people are looked for each time until the secret can be read', error),
)

const consume = createConsumer({
  parse: createEventParser(kinds, roles.value),
  ledger: createLedger(settings.LEDGER_TABLE, dynamodb),
  queues: createQueues(settings.CHANGES_QUEUE_URL, settings.DEAD_LETTER_QUEUE_URL),
  targets: createLinks(settings, telemetry, rules, now),
  telemetry,
  rules,
  now,
  random: Math.random,
  newHolder: () => crypto.randomUUID(),
  people: createPersonMemory(settings.LEDGER_TABLE, personSecret, settings.PERSON_MEMORY_MS, now, dynamodb),
  hash: sha256,
  wait: setTimeout,
})

/** Settles a batch of role changes; what must be tried again is reported as failed, and so stays on the queue. */
export const handler = middy<SQSEvent, SQSBatchResponse>()
  .use({
    // Not the whole context: what is the same on every line of a log group would be a third of the log's bytes.
    before: ({ context }) => logger.appendKeys({ requestId: context.awsRequestId }),
    after: flush,
    onError: flush,
  })
  .handler(async ({ Records }: SQSEvent, context: Context): Promise<SQSBatchResponse> => {
    const failed = await consume(Records.map(messageOf), now() + context.getRemainingTimeInMillis())
    return { batchItemFailures: failed.map(itemIdentifier => ({ itemIdentifier })) }
  })
