import { Token } from 'aws-cdk-lib'
import * as v from 'valibot'
import type { Thresholds } from '../config.ts'
import { seconds, wholeNumber } from './setting-values.ts'

/** A day: CloudWatch evaluates an alarm in periods of a minute over no more. */
const dayMinutes = 24 * 60
/** SQS's quota for one queue. */
const mostInFlight = 120_000

/** The thresholds that a stage may set. Their defaults are in `infra/config.ts`. */
export const thresholdEntries = {
  deadLettersAlarm: v.optional(wholeNumber(1, 1_000_000)),
  oldestChangeAlarmSeconds: v.optional(seconds(14 * dayMinutes * 60)),
  inFlightAlarm: v.optional(wholeNumber(1, mostInFlight)),
  breakerOpenAlarmMinutes: v.optional(wholeNumber(1, dayMinutes)),
  timeToEffectAlarmSeconds: v.optional(seconds(14 * dayMinutes * 60)),
} satisfies Record<keyof Thresholds, unknown>

const topicRule = 'must be the ARN of an SNS topic'

const runbookRule =
  'must be the https address at which infra/RUNBOOK.md of what is deployed is read, without a fragment'

/** The address of the runbook (`infra/RUNBOOK.md`) that the alarms link. */
export const runbookUrl = v.optional(
  v.pipe(
    v.string(runbookRule),
    v.check(isRunbook, runbookRule),
    v.maxLength(512, 'must be at most 512 characters'),
  ),
)

/** A mail or a chat must not end the address early, and a heading's anchor must fit behind it. */
function isRunbook(text: string): boolean {
  const url = URL.parse(text)
  return (
    url?.protocol === 'https:' &&
    url.username === '' &&
    url.password === '' &&
    /^[!-~]+$/.test(text) &&
    !/["#<>\\^`{|}]/.test(text)
  )
}

const topic = /^arn:aws[a-z-]*:sns:[a-z0-9-]+:\d{12}:[\w-]{1,256}$/

/**
 * The topic that the alarms tell. A FIFO topic takes no messages from CloudWatch's alarms of metrics. The ARN of a topic in the
 * same app is known at the deployment only.
 */
export const alarmTopicArn = v.optional(
  v.pipe(
    v.string(topicRule),
    v.check(arn => Token.isUnresolved(arn) || topic.test(arn), topicRule),
  ),
)
