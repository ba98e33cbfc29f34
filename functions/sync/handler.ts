import { setTimeout } from 'node:timers/promises'
import catalogue from '#roles' with { type: 'json' }
import { sha256 } from '../aws/hash.ts'
import { createLedger, ledgerClient } from '../aws/ledger.ts'
import { createPersonMemory } from '../aws/people.ts'
import { createQueues } from '../aws/queues.ts'
import { createCredentials, secretReader } from '../aws/secrets.ts'
import { createTelemetry } from '../aws/telemetry.ts'
import { createEventParser } from '../core/event.ts'
import { personTarget } from '../core/person.ts'
import { kinds, readCatalogue } from '../targets/index.ts'
import { createConsumer } from './consumer.ts'
import { invocationOf } from './invocation.ts'
import { createLinks } from './links.ts'
import { readRules, readSettings } from './settings.ts'

const settings = readSettings(process.env)
const roles = readCatalogue(catalogue)

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
  parse: createEventParser(kinds, roles),
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

/** Settles a batch of role changes. */
export const handler = invocationOf(consume, { logger, flush }, now)
