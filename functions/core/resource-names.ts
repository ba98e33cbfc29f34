/**
 * The resource names of one stage. The command line derives them from the stage alone. Every name contains its stage, because
 * several stages can share an account.
 */
export interface Names {
  readonly changesQueue: string
  readonly deadLetterQueue: string
  readonly ledgerTable: string
  readonly historyTable: string
  readonly approvalsTable: string
  readonly sweepTable: string
  readonly dueTable: string
  readonly outcomesTopic: string
  readonly syncFunction: string
  readonly replayFunction: string
  readonly intakeFunction: string
  readonly approveFunction: string
  readonly sweepFunction: string
  readonly reassertFunction: string
  readonly dueFunction: string
  /** The secret key for the hashes of people's addresses. */
  readonly personSecret: string
  /** The key that signs re-assertions. */
  readonly reassertSecret: string
  /** The key that encrypts due changes which name a person. */
  readonly dueSecret: string
}

/** The CloudWatch namespace of the metrics. */
export const metricNamespace = 'RoleSync'

/** The service name in log lines and metrics. */
export const serviceName = 'role-sync'

/** The metric for the oldest dead letter: seconds since its latest send, by `queue`. */
export const oldestLetterMetric = 'OldestLetterAge'

/** The metrics of the due function: how late the latest change is, in seconds, and how many changes are due within 24 hours. */
export const dueMetrics = { late: 'DueLate', within24h: 'Due24h' } as const

/** The TTL attribute of both tables, in seconds since 1970. Entries of members never have it. */
export const expiryAttribute = 'expires'

/** The index of the ledger's table by scope: keys alone, sorted by member. Only entries of members have a scope. */
export const ledgerIndex = { name: 'by-scope', key: 'scope', sortKey: 'member' } as const

/** The index of the table of due items by scope, sorted by member and instant: all fields. Items of people are not in it. */
export const dueIndex = { name: 'by-scope', key: 'scope', sortKey: 'memberDue' } as const

/** The indices of the history's table, their keys, and the fields that they hold besides the keys of both. */
export const historyIndices = {
  byEvent: {
    ...{ name: 'by-event', key: 'sourceEvent' },
    fields: 'outcome reason status unproven by events event source time at message'.split(' '),
  },
  byScope: {
    ...{ name: 'by-scope', key: 'scope', sortKey: 'at' },
    fields: 'outcome role desired event source time sequence message'.split(' '),
  },
} as const

/** A stage is a short DNS-like label, so that it is valid in every resource name. */
export const stagePattern = /^[a-z][a-z0-9-]{0,19}$/

/** The names of one stage. Throws a RangeError if the stage does not match the pattern. */
export function namesOf(stage: string): Names {
  if (!stagePattern.test(stage)) {
    throw new RangeError(`stage ${JSON.stringify(stage)}: must match ${stagePattern.source}`)
  }
  return {
    changesQueue: `role-sync-${stage}-changes`,
    deadLetterQueue: `role-sync-${stage}-dead-letters`,
    ledgerTable: `role-sync-${stage}-ledger`,
    historyTable: `role-sync-${stage}-history`,
    approvalsTable: `role-sync-${stage}-approvals`,
    sweepTable: `role-sync-${stage}-sweep`,
    dueTable: `role-sync-${stage}-due`,
    outcomesTopic: `role-sync-${stage}-outcomes`,
    syncFunction: `role-sync-${stage}-sync`,
    replayFunction: `role-sync-${stage}-replay`,
    intakeFunction: `role-sync-${stage}-intake`,
    approveFunction: `role-sync-${stage}-approve`,
    sweepFunction: `role-sync-${stage}-sweep`,
    reassertFunction: `role-sync-${stage}-reassert`,
    dueFunction: `role-sync-${stage}-due`,
    personSecret: secretName(stage, 'person'),
    reassertSecret: secretName(stage, 'reassert'),
    dueSecret: secretName(stage, 'due'),
  }
}

/** The name of a secret: of a target, by the target's name, or of a source, by its declared short name. */
export const secretName = (stage: string, secret: string): string => `role-sync/${stage}/${secret}`
