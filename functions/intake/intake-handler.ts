import type { APIGatewayProxyEventV2, Context } from 'aws-lambda'
import catalogue from '#roles' with { type: 'json' }
import sources from '#sources' with { type: 'json' }
import { createBatchSender } from '../aws/changes-queue.ts'
import { createDynamoDbItems } from '../aws/dynamodb-items.ts'
import { createHints, createSweepCall } from '../aws/hints-table.ts'
import { createSourceKeys } from '../aws/source-keys.ts'
import { secretReader } from '../aws/target-credentials.ts'
import { createIntakeTelemetry } from '../aws/telemetry.ts'
import { createEventParser } from '../core/event/event-parser.ts'
import { kinds, readCatalogue } from '../targets/index.ts'
import { createIntake } from './answer-request.ts'
import type { Reply } from './intake-outcome.ts'
import { readSettings } from './intake-settings.ts'
import type { SourceWithKeys } from './intake-world.ts'
import { type Declared, parseSources } from './source-kinds.ts'

const roles = readCatalogue(catalogue)
const declared = parseSources(sources)
if (!declared.ok) throw new Error(`wrong sources: ${declared.problems.join('; ')}`)

const settings = readSettings(
  declared.value.map(({ name }) => name),
  process.env,
  declared.value.some(({ kind }) => kind.hints),
)
const { logger, delivery, trouble } = createIntakeTelemetry()
const now = Date.now

const withKeys = (source: Declared): SourceWithKeys => {
  const read = secretReader(settings.secretArn(source.name))
  return { ...source, keys: createSourceKeys(source.name, source.kind.token, read, now, trouble) }
}

const answer = createIntake({
  sources: new Map(declared.value.map(source => [source.name, withKeys(source)])),
  parse: createEventParser(kinds, roles),
  send: createBatchSender(settings.changesQueueUrl),
  hint: createHints(settings.sweepTable ?? '', createDynamoDbItems()).add,
  callSweep: createSweepCall(settings.sweepFunction ?? ''),
  telemetry: { delivery, trouble },
  deadlineMs: settings.deadlineMs,
  now,
})

/** The intake function: verifies deliveries (HTTP API, payload format 2.0) and sends their events to the changes queue. */
export const handler = async (event: APIGatewayProxyEventV2, context: Context): Promise<Reply> => {
  logger.appendKeys({ requestId: context.awsRequestId })
  return answer(event)
}
