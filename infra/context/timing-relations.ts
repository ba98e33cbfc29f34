import { limits, type Timings } from '../config.ts'

type Key = keyof Timings

/** One rule between timings. It is told of the first of its keys. */
interface Relation {
  readonly keys: readonly [Key, ...Key[]]
  readonly rule: string
  readonly holds: (timings: Timings) => boolean
}

const day = 24 * 60 * 60

const relations: readonly Relation[] = [
  {
    keys: ['leaseSeconds', 'functionTimeoutSeconds'],
    rule: 'must be more than functionTimeoutSeconds, or a lease ends while its holder may still send',
    holds: t => t.leaseSeconds > t.functionTimeoutSeconds,
  },
  {
    keys: ['requestTimeoutSeconds', 'closingSeconds', 'functionTimeoutSeconds'],
    rule: 'and closingSeconds together must be less than functionTimeoutSeconds, or no request ever starts',
    holds: t => t.requestTimeoutSeconds + t.closingSeconds < t.functionTimeoutSeconds,
  },
  {
    keys: ['landWithinSeconds'],
    rule: 'must be at least 1: it includes a second of clock skew',
    holds: t => t.landWithinSeconds >= 1,
  },
  {
    keys: ['retryFromSeconds', 'retryCapSeconds'],
    rule: 'must be at most retryCapSeconds',
    holds: t => t.retryFromSeconds <= t.retryCapSeconds,
  },
  {
    keys: ['notFoundGraceSeconds', 'giveUpSeconds'],
    rule: 'must be less than giveUpSeconds, or it never ends in not_found',
    holds: t => t.notFoundGraceSeconds < t.giveUpSeconds,
  },
  {
    keys: ['giveUpSeconds', 'giveUpAtLatestSeconds'],
    rule: 'must be at most giveUpAtLatestSeconds',
    holds: t => t.giveUpSeconds <= t.giveUpAtLatestSeconds,
  },
  {
    keys: ['giveUpAtLatestSeconds'],
    rule: `must be less than the queue's retention of ${limits.retentionSeconds} s, or SQS drops the message first`,
    holds: t => t.giveUpAtLatestSeconds < limits.retentionSeconds,
  },
  {
    keys: ['closingSeconds', 'replayTimeoutSeconds'],
    rule: 'must be less than replayTimeoutSeconds, or the replay function never looks at a letter',
    holds: t => t.closingSeconds < t.replayTimeoutSeconds,
  },
  {
    keys: ['renewAfterSeconds'],
    rule: `must lie two days before the queue's retention of ${limits.retentionSeconds} s, or nobody has the time to act`,
    holds: t => t.renewAfterSeconds + 2 * day <= limits.retentionSeconds,
  },
]

/** The relations that do not hold, each as `key: rule`. A relation about a key that is wrong by itself is left out. */
export function relationProblems(timings: Timings, wrong: ReadonlySet<string>): string[] {
  return relations
    .filter(({ keys, holds }) => !keys.some(key => wrong.has(key)) && !holds(timings))
    .map(({ keys: [key, ...others], rule }) => {
      const values = [key, ...others].map(name => `${name} is ${timings[name]}`).join(', ')
      return `${key}: ${rule}; ${values}`
    })
}
