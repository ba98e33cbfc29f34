import { limits } from '../../../infra/config.ts'
import { prices } from './prices.ts'

/** What a million changes use, and so cost. */
export interface Use {
  /** Billed time of an invocation, in milliseconds. */
  readonly billedMs: number
  readonly changesPerInvocation: number
  readonly writesPerChange: number
  readonly readsPerChange: number
  /** Bytes of log lines per change. */
  readonly logBytesPerChange: number
}

/** SQS requests of one batch: the send of each change is its producer's; receive and delete are one request each. */
const requestsPerBatch = 2

/** START, END and REPORT of an invocation, as JSON lines, in bytes. */
const platformLogBytes = 900

const million = 1e6

/** Dollars per million changes, by service. Entries and idempotency records are under 1 KB: one unit for each write. */
export function billOf(use: Use) {
  const invocations = million / use.changesPerInvocation
  const gb = limits.memoryMiB / 1024
  const logGb = (million * use.logBytesPerChange + invocations * platformLogBytes) / 1e9
  const bill = {
    Lambda: invocations * (prices.lambda.request + (use.billedMs / 1000) * gb * prices.lambda.arm64GbSecond),
    SQS: (million + invocations * requestsPerBatch) * prices.sqs.standardRequest,
    DynamoDB:
      million *
      (use.writesPerChange * prices.dynamodb.onDemandWriteUnit +
        use.readsPerChange * prices.dynamodb.onDemandReadUnit),
    Logs: logGb * prices.logs.ingestedGb,
  }
  return { ...bill, total: Object.values(bill).reduce((sum, dollars) => sum + dollars, 0) }
}
