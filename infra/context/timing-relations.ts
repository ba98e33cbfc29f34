import { limits, type Timings } from '../config.ts'

type Key = keyof Timings

/** One rule between timings. A problem is reported for its first key. */
interface Relation {
  readonly keys: readonly [Key, ...Key[]]
  readonly rule: string
  readonly holds: (timings: Timings) => boolean
}

const day = 24 * 60 * 60

const relations: readonly Relation[] = [
  {
    keys: ['leaseSeconds', 'functionTimeoutSeconds'],
    rule: 'must be more than functionTimeoutSeconds; else a lease ends while its holder may still send',
    holds: t => t.leaseSeconds > t.functionTimeoutSeconds,
  },
  {
    keys: ['requestTimeoutSeconds', 'closingSeconds', 'functionTimeoutSeconds'],
    rule: 'its sum with closingSeconds must be less than functionTimeoutSeconds; else no request starts',
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
    rule: 'must be less than giveUpSeconds; else no change ends as not_found',
    holds: t => t.notFoundGraceSeconds < t.giveUpSeconds,
  },
  {
    keys: ['giveUpSeconds', 'giveUpAtLatestSeconds'],
    rule: 'must be at most giveUpAtLatestSeconds',
    holds: t => t.giveUpSeconds <= t.giveUpAtLatestSeconds,
  },
  {
    keys: ['giveUpAtLatestSeconds'],
    rule: `must be less than the queue's retention (${limits.retentionSeconds} s); else SQS deletes the message first`,
    holds: t => t.giveUpAtLatestSeconds < limits.retentionSeconds,
  },
  {
    keys: ['closingSeconds', 'replayTimeoutSeconds'],
    rule: 'must be less than replayTimeoutSeconds; else the replay function reads no letter',
    holds: t => t.closingSeconds < t.replayTimeoutSeconds,
  },
  {
    keys: ['renewAfterSeconds'],
    rule: `must be at least two days less than the queue's retention (${limits.retentionSeconds} s): operators need that time`,
    holds: t => t.renewAfterSeconds + 2 * day <= limits.retentionSeconds,
  },
]

/** The rules that are broken, each as `key: rule`. Rules with a key that is wrong by itself are left out. */
export function relationProblems(timings: Timings, wrong: ReadonlySet<string>): string[] {
  return relations
    .filter(({ keys, holds }) => !keys.some(key => wrong.has(key)) && !holds(timings))
    .map(({ keys: [key, ...others], rule }) => {
      const values = [key, ...others].map(name => `${name} is ${timings[name]}`).join(', ')
      return `${key}: ${rule}; ${values}`
    })
}
