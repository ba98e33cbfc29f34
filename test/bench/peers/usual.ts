import { BatchProcessor, EventType, processPartialResponse } from '@aws-lambda-powertools/batch'
import { parser } from '@aws-lambda-powertools/batch/parser'
import { IdempotencyConfig, makeIdempotent } from '@aws-lambda-powertools/idempotency'
import { DynamoDBPersistenceLayer } from '@aws-lambda-powertools/idempotency/dynamodb'
import { Tracer } from '@aws-lambda-powertools/tracer'
import { captureLambdaHandler } from '@aws-lambda-powertools/tracer/middleware'
import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager'
import { ChangeMessageVisibilityCommand, SQSClient } from '@aws-sdk/client-sqs'
import middy from '@middy/core'
import type { Context, SQSEvent, SQSRecord } from 'aws-lambda'
import axios, { isAxiosError } from 'axios'
import { z } from 'zod'

/** The usual set: what a team would build the function of, each part as its documentation has it. */

const change = z.object({
  specversion: z.literal('1.0'),
  id: z.string().min(1).max(256),
  source: z.string().min(1).max(512),
  type: z.literal('role.changed.v1'),
  time: z.iso.datetime({ offset: true }),
  data: z.object({
    target: z.literal('wacht'),
    organizationId: z.string().regex(/^[1-9]\d{0,18}$/),
    membershipId: z.string().regex(/^[1-9]\d{0,18}$/),
    roleId: z.string().regex(/^[1-9]\d{0,18}$/),
  }),
})
type ParsedRecord = Omit<SQSRecord, 'body'> & { readonly body: z.infer<typeof change> }

const tracer = new Tracer({ serviceName: 'role-sync' })
const sqs = tracer.captureAWSv3Client(new SQSClient({}))
const secrets = tracer.captureAWSv3Client(new SecretsManagerClient({}))
const dynamodb = tracer.captureAWSv3Client(new DynamoDBClient({}))
const api = axios.create({
  baseURL: process.env.WACHT_URL ?? '',
  timeout: Number(process.env.REQUEST_TIMEOUT_MS),
})
const tableName = process.env.IDEMPOTENCY_TABLE as string
const persistenceStore = new DynamoDBPersistenceLayer({ tableName, awsSdkV3Client: dynamodb })
const config = new IdempotencyConfig({ eventKeyJmesPath: 'messageId' })
const processor = new BatchProcessor(EventType.SQS, { parser, innerSchema: change, transformer: 'json' })

let token: Promise<string> | undefined
const readToken = async (): Promise<string> => {
  const command = new GetSecretValueCommand({ SecretId: process.env.WACHT_SECRET_ARN })
  const { SecretString = '{}' } = await secrets.send(command)
  return (JSON.parse(SecretString) as { token: string }).token
}

async function send({ body: { data }, receiptHandle }: ParsedRecord): Promise<void> {
  token ??= readToken()
  const path = `/organizations/${data.organizationId}/members/${data.membershipId}`
  try {
    await api.patch(path, { role_id: data.roleId }, { headers: { authorization: `Bearer ${await token}` } })
  } catch (error) {
    if (isAxiosError(error) && error.response?.status === 429) await waitFor(receiptHandle, 60)
    throw error
  }
}

const waitFor = (ReceiptHandle: string, VisibilityTimeout: number) =>
  sqs.send(
    new ChangeMessageVisibilityCommand({
      ...{ QueueUrl: process.env.CHANGES_QUEUE_URL, ReceiptHandle, VisibilityTimeout },
    }),
  )

const sendOnce = makeIdempotent(send, { config, persistenceStore })

export const handler = middy<SQSEvent>()
  .use(captureLambdaHandler(tracer))
  .handler((event: SQSEvent, context: Context) => {
    config.registerLambdaContext(context)
    return processPartialResponse(event, sendOnce as never, processor, { context })
  })
