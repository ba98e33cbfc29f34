import * as v from 'valibot'
import { stagePattern } from '../../functions/core/resource-names.ts'
import { producer } from './producer-principal.ts'
import type { Reviewed } from './reviewed-file.ts'
import { oneOf, seconds, wholeNumber } from './setting-values.ts'

/** Lambda's longest time-out. */
const longestRun = 15 * 60
/** SQS hides a message for at most twelve hours. */
const longestDelay = 12 * 60 * 60
/** SQS keeps a message for at most fourteen days. */
const longestLife = 14 * 24 * 60 * 60
/** A day, in minutes: CloudWatch's longest period. The alarm on missing drains has one drain in each period. */
const longestDrainPause = 24 * 60
/** The retentions of CloudWatch Logs, in days (PutRetentionPolicy). Another number would fail the deployment. */
const retentions = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
]

/** A reviewed file: its path, or its content, which its own parser checks. */
const reviewed = v.custom<Reviewed>(
  value => (typeof value === 'string' ? value !== '' : typeof value === 'object' && value !== null),
  'must be the path of a file, or its content as an object',
)

const tag = 'must be 1 to 128 characters that do not begin with aws:'
const tagValue = 'must be a string of at most 256 characters'

/** Tags with the limits of AWS. */
const tags = v.record(
  v.pipe(v.string(tag), v.regex(/^(?!aws:).{1,128}$/i, tag)),
  v.pipe(v.string(tagValue), v.maxLength(256, tagValue)),
  'must be an object of tags',
)

/** The timings that a stage may set, by the keys of `Overrides` in `config.ts`. */
export const overrideEntries = {
  retryFromSeconds: v.optional(seconds(longestDelay)),
  retryCapSeconds: v.optional(seconds(longestDelay)),
  requestTimeoutSeconds: v.optional(seconds(longestRun)),
  landWithinSeconds: v.optional(seconds(longestDelay)),
  functionTimeoutSeconds: v.optional(wholeNumber(1, longestRun)),
  leaseSeconds: v.optional(seconds(longestDelay)),
  closingSeconds: v.optional(seconds(longestRun)),
  giveUpSeconds: v.optional(seconds(longestLife)),
  giveUpAtLatestSeconds: v.optional(seconds(longestLife)),
  notFoundGraceSeconds: v.optional(seconds(longestLife)),
  breakerOpenSeconds: v.optional(seconds(longestDelay)),
  replayTimeoutSeconds: v.optional(wholeNumber(1, longestRun)),
  renewAfterSeconds: v.optional(seconds(longestLife)),
  drainEveryMinutes: v.optional(wholeNumber(1, longestDrainPause)),
  personMemorySeconds: v.optional(seconds(longestLife)),
  sweepSettleSeconds: v.optional(seconds(longestRun)),
  maxConcurrency: v.optional(wholeNumber(2, 1000)),
  intakeRequestsPerSecond: v.optional(wholeNumber(1, 10_000)),
  intakeBurst: v.optional(wholeNumber(1, 5000)),
  logRetentionDays: v.optional(oneOf(retentions)),
}

const list = v.union(
  [
    v.array(v.unknown()),
    v.pipe(
      v.string(),
      v.transform(text => text.split(',').map(item => item.trim())),
    ),
  ],
  'must be a list, or a string with commas',
)

/** The settings that are neither numbers nor a target's. */
export const stageEntries = {
  stage: v.pipe(
    v.string('must be a string'),
    v.regex(stagePattern, `must be a short lower-case label: ${stagePattern.source}`),
  ),
  producers: v.optional(
    v.pipe(
      list,
      v.transform(items => items.filter(item => item !== '')),
      v.array(producer),
    ),
    [],
  ),
  /** Whether dead letters are drained on a schedule. */
  drain: v.optional(v.picklist(['on', 'off'], 'must be on or off'), 'on'),
  /** Whether the stage keeps a history. */
  history: v.optional(v.picklist(['on', 'off'], 'must be on or off'), 'on'),
  /** How long an item stays after it was replaced, in days; 0: for ever. */
  historyDays: v.optional(wholeNumber(0, 36_500), 400),
  /** Whether the stage tells a topic of outcomes. */
  outcomes: v.optional(v.picklist(['on', 'off'], 'must be on or off'), 'off'),
  /** Whether operators can have written again what is applied. */
  reassert: v.optional(v.picklist(['on', 'off'], 'must be on or off'), 'off'),
  /** Whether the targets are read and compared with the ledger. */
  sweep: v.optional(v.picklist(['on', 'off'], 'must be on or off'), 'on'),
  /** How often a round of the sweep begins. */
  sweepHours: v.optional(wholeNumber(1, 168), 24),
  /** How many calls a minute each target gets from the sweep. */
  sweepCallsPerMinute: v.optional(wholeNumber(1, 10_000), 60),
  roles: v.optional(reviewed),
  sources: v.optional(reviewed),
  guards: v.optional(reviewed),
  /** How many different people approve a held change. */
  approvalsNeeded: v.optional(wholeNumber(1, 5), 1),
  tags: v.optional(tags, {}),
}
