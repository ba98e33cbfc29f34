import { createQueues } from '../../../functions/aws/queues.ts'
import { createSyncTelemetry } from '../../../functions/aws/telemetry.ts'
import { createEventParser } from '../../../functions/core/event/event-parser.ts'
import { createConsumer } from '../../../functions/sync/consumer.ts'
import { invocationOf } from '../../../functions/sync/sync-invocation.ts'
import { readRules, readSettings } from '../../../functions/sync/sync-settings.ts'
import { createLinks } from '../../../functions/sync/target-links.ts'
import { kinds } from '../../../functions/targets/index.ts'
import { memoryLedger } from '../../support/memory-ledger.ts'
import { noPeople } from '../../support/no-people.ts'

/** The sync function as `functions/sync/sync-handler.ts` puts it together, but for its ledger, which is in memory. */

const settings = readSettings(process.env)
const { logger, telemetry, flush } = createSyncTelemetry()
const rules = readRules(settings)

const consume = createConsumer({
  parse: createEventParser(kinds, {}),
  ledger: memoryLedger().store,
  queues: createQueues(settings.CHANGES_QUEUE_URL, settings.DEAD_LETTER_QUEUE_URL),
  targets: createLinks(settings, telemetry, rules, Date.now),
  telemetry,
  rules,
  now: Date.now,
  random: Math.random,
  newHolder: () => crypto.randomUUID(),
  ...noPeople,
})

export const handler = invocationOf(consume, { logger, flush }, Date.now)
