import type { APIGatewayProxyEventV2, Context } from 'aws-lambda'
import catalogue from '#roles' with { type: 'json' }
import sources from '#sources' with { type: 'json' }
import { createIntakeTelemetry } from '../aws/intake-telemetry.ts'
import { secretReader } from '../aws/secrets.ts'
import { createBatchSender } from '../aws/sender.ts'
import { createSourceKeys } from '../aws/source-keys.ts'
import { createEventParser } from '../core/event.ts'
import { kinds, readCatalogue } from '../targets/index.ts'
import { createIntake } from './answer.ts'
import { type Declared, parseSources } from './index.ts'
import type { Reply } from './outcome.ts'
import { readSettings } from './settings.ts'
import type { Source } from './world.ts'

const roles = readCatalogue(catalogue)
const declared = parseSources(sources)
if (!declared.ok) throw new Error(`wrong sources: ${declared.problems.join('; ')}`)

const settings = readSettings(
  declared.value.map(({ name }) => name),
  process.env,
)
const { logger, delivery, trouble } = createIntakeTelemetry()
const now = Date.now

const withKeys = (source: Declared): Source => {
  const read = secretReader(settings.secretArn(source.name))
  return { ...source, keys: createSourceKeys(source.name, source.kind.token, read, now, trouble) }
}

const answer = createIntake({
  sources: new Map(declared.value.map(source => [source.name, withKeys(source)])),
  parse: createEventParser(kinds, roles),
  send: createBatchSender(settings.changesQueueUrl),
  telemetry: { delivery, trouble },
  deadlineMs: settings.deadlineMs,
  now,
})

/** Takes deliveries of signed events (HTTP API, payload format 2.0) and puts them on the changes queue. */
export const handler = async (event: APIGatewayProxyEventV2, context: Context): Promise<Reply> => {
  logger.appendKeys({ requestId: context.awsRequestId })
  return answer(event)
}
