import { Token } from 'aws-cdk-lib'
import * as v from 'valibot'
import type { Thresholds } from '../alarm-thresholds.ts'
import { seconds, wholeNumber } from './setting-values.ts'

/** A day: the longest time that CloudWatch evaluates for an alarm with periods of a minute. */
const dayMinutes = 24 * 60
/** SQS's quota of messages in flight on one queue. */
const mostInFlight = 120_000

/** The thresholds that a stage may set. Their defaults are in `infra/alarm-thresholds.ts`. */
export const thresholdEntries = {
  deadLettersAlarm: v.optional(wholeNumber(1, 1_000_000)),
  oldestChangeAlarmSeconds: v.optional(seconds(14 * dayMinutes * 60)),
  inFlightAlarm: v.optional(wholeNumber(1, mostInFlight)),
  breakerOpenAlarmMinutes: v.optional(wholeNumber(1, dayMinutes)),
  timeToEffectAlarmSeconds: v.optional(seconds(14 * dayMinutes * 60)),
  exposureAlarmSeconds: v.optional(seconds(14 * dayMinutes * 60)),
} satisfies Record<keyof Thresholds, unknown>

const topicRule = 'must be the ARN of an SNS topic'

const runbookRule =
  "must be the https URL of your copy of role-sync's infra/RUNBOOK.md, without #… at its end"

/** The URL of the runbook (`infra/RUNBOOK.md`) for the links in alarms. */
export const runbookUrl = v.optional(
  v.pipe(
    v.string(runbookRule),
    v.check(isRunbook, runbookRule),
    v.maxLength(512, 'must be at most 512 characters'),
  ),
)

/** Mail and chat programs must recognize the whole URL as a link, and the anchor of a heading is appended to it. */
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

/** What role-sync's own `package.json` says about its repository: `repository` as npm documents it. */
export interface OwnPackage {
  readonly repository?: string | { readonly url: string; readonly directory?: string } | undefined
}

/**
 * The URL of the runbook in the repository of a package: `<address>/blob/HEAD/infra/RUNBOOK.md`. Undefined if the package names no
 * repository with an https address.
 */
export function runbookIn({ repository }: OwnPackage): string | undefined {
  const { url, directory } = typeof repository === 'object' ? repository : { url: repository ?? '' }
  const address = url.replace(/^git\+/, '').replace(/(?:\.git)?\/*$/, '')
  const runbook = [address, 'blob/HEAD', ...(directory ? [directory] : []), 'infra/RUNBOOK.md'].join('/')
  return v.is(runbookUrl, runbook) ? runbook : undefined
}

const topic = /^arn:aws[a-z-]*:sns:[a-z0-9-]+:\d{12}:[\w-]{1,256}$/

/**
 * The topic that the alarms notify. CloudWatch's metric alarms cannot notify a FIFO topic. The ARN of a topic in the same app is known
 * only at the deployment.
 */
export const alarmTopicArn = v.optional(
  v.pipe(
    v.string(topicRule),
    v.check(arn => Token.isUnresolved(arn) || topic.test(arn), topicRule),
  ),
)
