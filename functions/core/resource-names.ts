/**
 * What the stack calls its parts at one stage, so that the command line finds them without being told.
 * Several stages can live in one account: every name carries its stage.
 */
export interface Names {
  readonly changesQueue: string
  readonly deadLetterQueue: string
  readonly ledgerTable: string
  readonly syncFunction: string
  readonly replayFunction: string
  readonly intakeFunction: string
  /** The key by which people are remembered. */
  readonly personSecret: string
}

/** Where the stack's metrics are found in CloudWatch. */
export const metricNamespace = 'RoleSync'

/** The service that the functions' log lines and metrics name. */
export const serviceName = 'role-sync'

/** The age of the oldest dead letter from its latest send, in seconds, by `queue`. */
export const oldestLetterMetric = 'OldestLetterAge'

/** What of the ledger's table expires bears this attribute, in seconds since 1970; no entry of a member does. */
export const expiryAttribute = 'expires'

/** A stage is a short DNS-like label; anything else could not stand in every resource name. */
export const stagePattern = /^[a-z][a-z0-9-]{0,19}$/

/** The names of one stage; throws a RangeError that names the rule when the stage breaks it. */
export function namesOf(stage: string): Names {
  if (!stagePattern.test(stage)) {
    throw new RangeError(`stage ${JSON.stringify(stage)}: must match ${stagePattern.source}`)
  }
  return {
    changesQueue: `role-sync-${stage}-changes`,
    deadLetterQueue: `role-sync-${stage}-dead-letters`,
    ledgerTable: `role-sync-${stage}-ledger`,
    syncFunction: `role-sync-${stage}-sync`,
    replayFunction: `role-sync-${stage}-replay`,
    intakeFunction: `role-sync-${stage}-intake`,
    personSecret: secretName(stage, 'person'),
  }
}

/** The name of the secret of a target, by its name, or of a source, by the short name that is declared for it. */
export const secretName = (stage: string, secret: string): string => `role-sync/${stage}/${secret}`
