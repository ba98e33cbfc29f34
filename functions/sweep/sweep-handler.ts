import { setTimeout } from 'node:timers/promises'
import type { Context } from 'aws-lambda'
import catalogue from '#roles' with { type: 'json' }
import { createDueItems } from '../aws/due-items.ts'
import { createDynamoDbItems } from '../aws/dynamodb-items.ts'
import { createHints } from '../aws/hints-table.ts'
import { createLedger } from '../aws/ledger-table.ts'
import { createPooledTransport } from '../aws/pooled-transport.ts'
import { createScopeMembers, readScopes, withoutScope } from '../aws/scope-members.ts'
import { createSweepTelemetry } from '../aws/sweep-telemetry.ts'
import { createCredentials, secretReader } from '../aws/target-credentials.ts'
import { allScopes } from '../core/event/role-catalogue.ts'
import { scopeName } from '../core/people/person-event.ts'
import { createRounds } from '../core/sweep/stored-round.ts'
import { authorized, readOnly } from '../targets/authorized-http.ts'
import { createSend } from '../targets/http-client.ts'
import { kinds, readCatalogue, settingNames } from '../targets/index.ts'
import { sweep } from './run-round.ts'
import { createCheckpoints } from './scope-checkpoint.ts'
import { createPace } from './sweep-pace.ts'
import { readSweepRequest } from './sweep-request.ts'
import { readSweepSettings } from './sweep-settings.ts'
import type { SweepAnswer, SweepWorld, SweptTarget } from './sweep-world.ts'

const settings = readSweepSettings(process.env)
const { REQUEST_TIMEOUT_MS: requestTimeoutMs } = settings
const catalogueScopes = allScopes(readCatalogue(catalogue)).map(scopeName)
const { logger, telemetry, flush } = createSweepTelemetry(catalogueScopes)
const now = Date.now
const transport = createPooledTransport()
const dynamodb = createDynamoDbItems({ transport })
const due = createDueItems(settings.DUE_TABLE, dynamodb)
const send = createSend(requestTimeoutMs, now)

const targets = kinds.map((kind): readonly [string, SweptTarget] => {
  const { url, secret } = settingNames(kind.name)
  const credentials = createCredentials(
    kind.name,
    secretReader(settings[secret] as string, { transport }),
    now,
    (_, error) =>
      telemetry.trouble('secret of a target not readable; its scopes are not read until it is', error),
  )
  return [
    kind.name,
    {
      kind,
      target: kind.connect(settings[url] as string, settings as never),
      turn: createPace(settings.SWEEP_CALLS_PER_MINUTE, now, setTimeout),
      http: deadline => readOnly(authorized(send, credentials, requestTimeoutMs, deadline, now)),
    },
  ]
})

const world: SweepWorld = {
  targets: new Map(targets),
  catalogueScopes,
  ledger: createScopeMembers(settings.LEDGER_TABLE, dynamodb, setTimeout),
  pending: async scope => {
    const members = new Set<string>()
    for await (const { member } of due.inScope(scope)) members.add(member as string)
    return members
  },
  ledgerScopes: () => readScopes(settings.LEDGER_TABLE, dynamodb),
  isIndexed: async () => {
    for await (const _ of withoutScope(settings.LEDGER_TABLE, dynamodb)) return false
    return true
  },
  hints: createHints(settings.SWEEP_TABLE, dynamodb),
  rounds: createRounds(createLedger(settings.SWEEP_TABLE, dynamodb)),
  readings: createLedger(settings.SWEEP_TABLE, dynamodb),
  checkpoints: createCheckpoints(createLedger(settings.SWEEP_TABLE, dynamodb), now, settings.SWEEP_EVERY_MS),
  telemetry,
  everyMs: settings.SWEEP_EVERY_MS,
  keepMs: settings.SWEEP_KEEP_MS,
  requestTimeoutMs,
  settleMs: settings.SWEEP_SETTLE_MS,
  now,
  wait: ms => setTimeout(ms),
}

/** The sweep function: reads the scopes that are due, and compares them with the ledger. It writes to no target. */
export const handler = async (event: unknown, context: Context): Promise<SweepAnswer> => {
  logger.appendKeys({ requestId: context.awsRequestId })
  const request = readSweepRequest(event)
  const until = now() + context.getRemainingTimeInMillis()
  try {
    return await sweep(request, world, { deadline: until - settings.CLOSING_MS, until })
  } finally {
    flush()
  }
}
