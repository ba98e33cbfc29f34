import { setTimeout } from 'node:timers/promises'
import guards from '#guards' with { type: 'json' }
import catalogue from '#roles' with { type: 'json' }
import { createApprovals } from '../aws/approvals-table.ts'
import { createDueCipher } from '../aws/due-cipher.ts'
import { createDueTable } from '../aws/due-table.ts'
import { createDynamoDbItems } from '../aws/dynamodb-items.ts'
import { createHistory } from '../aws/history-table.ts'
import { createKnownMembers } from '../aws/known-members.ts'
import { createLedger } from '../aws/ledger-table.ts'
import { createOutcomeTopic } from '../aws/outcome-topic.ts'
import { createPersonMemory, createRosterMemory } from '../aws/person-memory.ts'
import { createPooledTransport } from '../aws/pooled-transport.ts'
import { createQueues } from '../aws/queues.ts'
import { createReassertKey } from '../aws/reassert-key.ts'
import { sha256 } from '../aws/sha256.ts'
import { createCredentials, secretReader } from '../aws/target-credentials.ts'
import { createSyncTelemetry } from '../aws/telemetry.ts'
import { createEventParser } from '../core/event/event-parser.ts'
import { allScopes, createWithdrawingRoles } from '../core/event/role-catalogue.ts'
import { createGuardModes, peopleIn } from '../core/guard/guard-trial.ts'
import { createOwners } from '../core/guard/last-owner.ts'
import { personTarget } from '../core/people/person-event.ts'
import { kinds, readCatalogue } from '../targets/index.ts'
import { createConsumer } from './consumer.ts'
import { invocationOf } from './sync-invocation.ts'
import { readGuards, readRules, readSettings } from './sync-settings.ts'
import type { ProtectedPeople } from './sync-world.ts'
import { createLinks } from './target-links.ts'

const settings = readSettings(process.env)
const roles = readCatalogue(catalogue)
const guarded = readGuards(guards, settings)

const { logger, telemetry, flush } = createSyncTelemetry()
const rules = readRules(settings)
const now = Date.now
const transport = createPooledTransport()
const dynamodb = createDynamoDbItems({ transport })
const { token: personSecret } = createCredentials(
  personTarget,
  secretReader(settings.PERSON_SECRET_ARN, { transport }),
  now,
  (_, error) =>
    telemetry.trouble(
      'secret of people not readable; every person is searched in the lists until it is',
      error,
    ),
)

function protectedPeople(people: ReturnType<typeof peopleIn>): ProtectedPeople | undefined {
  if (!people) return undefined
  const of = sha256([...people.keys].toSorted().join()).slice(0, 16)
  const rosters = createRosterMemory(settings.LEDGER_TABLE, of, settings.PERSON_MEMORY_MS, now, dynamodb)
  return { ...people, scopes: allScopes(roles), rosters }
}

const consume = createConsumer({
  parse: createEventParser(kinds, roles),
  ledger: createLedger(settings.LEDGER_TABLE, dynamodb),
  history:
    settings.HISTORY_TABLE === undefined
      ? undefined
      : {
          store: createHistory(settings.HISTORY_TABLE, dynamodb),
          keepMs: (settings.HISTORY_DAYS ?? 0) * 86_400_000,
        },
  outcomes:
    settings.OUTCOMES_TOPIC_ARN === undefined
      ? undefined
      : {
          topic: createOutcomeTopic(settings.OUTCOMES_TOPIC_ARN, { transport }),
          source: settings.OUTCOMES_SOURCE ?? '',
        },
  guards: guarded && {
    ...createGuardModes(guarded.guards),
    approvals: createApprovals(guarded.table, dynamodb),
    needed: guarded.needed,
    bursts: createLedger(settings.LEDGER_TABLE, dynamodb),
    knownMembers:
      settings.SWEEP_TABLE === undefined
        ? undefined
        : createKnownMembers(settings.SWEEP_TABLE, now, telemetry.trouble, dynamodb),
    owners: guarded.guards.last_owner && {
      ...createOwners(guarded.guards.last_owner, kinds, roles),
      leases: createLedger(settings.LEDGER_TABLE, dynamodb),
    },
    people: protectedPeople(peopleIn(guarded.guards)),
  },
  reassertions:
    settings.REASSERT_SECRET_ARN === undefined
      ? undefined
      : {
          ...createReassertKey(
            secretReader(settings.REASSERT_SECRET_ARN, { transport }),
            now,
            telemetry.trouble,
          ),
          withdrawalOf: createWithdrawingRoles(roles).withdrawalOf,
        },
  due: createDueTable(
    settings.DUE_TABLE,
    dynamodb,
    createDueCipher(
      secretReader(settings.DUE_SECRET_ARN, { transport }),
      secretReader(settings.DUE_SECRET_ARN, { transport }, 'AWSPREVIOUS'),
      now,
      telemetry.trouble,
    ),
  ),
  queues: createQueues(settings.CHANGES_QUEUE_URL, settings.DEAD_LETTER_QUEUE_URL),
  targets: createLinks(settings, telemetry, rules, now, transport),
  telemetry,
  rules,
  now,
  random: Math.random,
  newHolder: () => crypto.randomUUID(),
  people: createPersonMemory(settings.LEDGER_TABLE, personSecret, settings.PERSON_MEMORY_MS, now, dynamodb),
  hash: sha256,
  wait: setTimeout,
})

/** The sync function: settles a batch of messages. */
export const handler = invocationOf(
  consume,
  { logger, flush },
  now,
  settings.TRUSTED_SENDERS,
  settings.DUE_SENDER,
)
