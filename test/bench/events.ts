import type { Context, SQSEvent, SQSRecord } from 'aws-lambda'
import type { Message } from '../../functions/core/event/sqs-message.ts'
import { limits } from '../../infra/config.ts'

const organization = '7301954381230018561'
const roles = ['7301954381230017001', '7301954381230017002']
const began = Date.now() - 3_600_000

/** The body of the n-th change: a member of its own unless `member` says otherwise. Larger n are newer. */
export const bodyOf = (n: number, member = n, roleId = roles[n % 2] as string): string =>
  JSON.stringify({
    specversion: '1.0',
    id: `bench-${n}`,
    source: '//hr.example.com/role-changes',
    type: 'role.changed.v1',
    time: new Date(began + n).toISOString(),
    data: {
      target: 'wacht',
      organizationId: organization,
      membershipId: String(7_301_954_381_230_000_000n + BigInt(member)),
      roleId,
    },
  })

/** The n-th message: a change of a member. */
export const messageOf = (n: number, member = n): Message => ({
  id: String(n),
  receipt: String(n),
  body: bodyOf(n, member),
  sentAt: Date.now(),
  firstReceivedAt: Date.now(),
  receives: 1,
})

/** A record as the event source mapping hands it over. */
const recordOf = (n: number, body: string): SQSRecord => ({
  messageId: `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`,
  receiptHandle: `receipt-of-a-length-that-is-usual-${n}`,
  body,
  attributes: {
    ApproximateReceiveCount: '1',
    SentTimestamp: String(Date.now()),
    SenderId: 'AIDAEXAMPLE',
    ApproximateFirstReceiveTimestamp: String(Date.now()),
  },
  messageAttributes: {},
  md5OfBody: '',
  eventSource: 'aws:sqs',
  eventSourceARN: 'arn:aws:sqs:us-east-1:000000000000:changes',
  awsRegion: 'us-east-1',
})

/**
 * Batches of ten that hold `count` changes, from the `first` on: of as many members, or of the members
 * from `members` on, who may have had changes before.
 */
export function batchesOf(first: number, count: number, members = first): SQSEvent[] {
  const records = Array.from({ length: count }, (_, index) =>
    recordOf(first + index, bodyOf(first + index, members + index)),
  )
  return Array.from({ length: Math.ceil(count / limits.batchSize) }, (_, batch) => ({
    Records: records.slice(batch * limits.batchSize, (batch + 1) * limits.batchSize),
  }))
}

/** The context of one invocation, as far as handlers look at it. */
export const contextOf = (seconds = 60): Context => {
  const end = Date.now() + seconds * 1000
  return {
    callbackWaitsForEmptyEventLoop: false,
    functionName: 'bench',
    functionVersion: '$LATEST',
    invokedFunctionArn: 'arn:aws:lambda:us-east-1:000000000000:function:bench',
    memoryLimitInMB: String(limits.memoryMiB),
    awsRequestId: crypto.randomUUID(),
    logGroupName: '/aws/lambda/bench',
    logStreamName: 'bench',
    getRemainingTimeInMillis: () => end - Date.now(),
    done: () => undefined,
    fail: () => undefined,
    succeed: () => undefined,
  }
}
