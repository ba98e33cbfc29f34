import type { TableV2 } from 'aws-cdk-lib/aws-dynamodb'
import type { Secret } from 'aws-cdk-lib/aws-secretsmanager'
import { metricNamespace, serviceName } from '../../functions/core/resource-names.ts'
import { secretSetting } from '../../functions/intake/source-kinds.ts'
import { settingNames } from '../../functions/targets/index.ts'
import { limits, type Timings } from '../config.ts'
import type { SourceDeployment } from '../context/source-deployment.ts'
import type { TargetDeployment } from '../context/target-deployment.ts'
import type { Queues } from './queue-constructs.ts'

/** What a target's settings are made of. */
export type ConnectedTarget = TargetDeployment & { readonly secret: Secret }

/** The sync function's settings; `functions/sync/sync-settings.ts` parses them, and a test holds the two together. */
export function environmentOf(
  queues: Queues,
  ledger: TableV2,
  targets: readonly ConnectedTarget[],
  personSecret: Secret,
  timings: Timings,
): Record<string, string> {
  return {
    CHANGES_QUEUE_URL: queues.changes.queueUrl,
    DEAD_LETTER_QUEUE_URL: queues.deadLetters.queueUrl,
    LEDGER_TABLE: ledger.tableName,
    ...Object.assign({}, ...targets.map(targetSettings)),
    PERSON_SECRET_ARN: personSecret.secretArn,
    PERSON_MEMORY_MS: ms(timings.personMemorySeconds),
    RETRY_FROM_MS: ms(timings.retryFromSeconds),
    RETRY_CAP_MS: ms(timings.retryCapSeconds),
    REQUEST_TIMEOUT_MS: ms(timings.requestTimeoutSeconds),
    LAND_WITHIN_MS: ms(timings.landWithinSeconds),
    LEASE_MS: ms(timings.leaseSeconds),
    CLOSING_MS: ms(timings.closingSeconds),
    GIVE_UP_MS: ms(timings.giveUpSeconds),
    GIVE_UP_AT_LATEST_MS: ms(timings.giveUpAtLatestSeconds),
    NOT_FOUND_GRACE_MS: ms(timings.notFoundGraceSeconds),
    BREAKER_OPEN_MS: ms(timings.breakerOpenSeconds),
    ...powertools,
  }
}

/** The replay function's settings; `functions/replay/replay-settings.ts` parses them, and a test holds the two together. */
export function replayEnvironmentOf(
  queues: Queues,
  ledger: TableV2,
  timings: Timings,
): Record<string, string> {
  return {
    CHANGES_QUEUE_URL: queues.changes.queueUrl,
    DEAD_LETTER_QUEUE_URL: queues.deadLetters.queueUrl,
    DEAD_LETTER_QUEUE_NAME: queues.deadLetters.queueName,
    LEDGER_TABLE: ledger.tableName,
    CLOSING_MS: ms(timings.closingSeconds),
    RENEW_AFTER_MS: ms(timings.renewAfterSeconds),
    ...powertools,
  }
}

/** What a source's settings are made of. */
export type VerifiedSource = SourceDeployment & { readonly secret: Secret }

/** The intake function's settings; `functions/intake/intake-settings.ts` parses them, and a test holds the two together. */
export function intakeEnvironmentOf(
  queues: Queues,
  sources: readonly VerifiedSource[],
): Record<string, string> {
  return {
    CHANGES_QUEUE_URL: queues.changes.queueUrl,
    DEADLINE_MS: ms(limits.intakeDeadlineSeconds),
    ...Object.fromEntries(sources.map(({ name, secret }) => [secretSetting(name), secret.secretArn])),
    ...powertools,
  }
}

const powertools = {
  POWERTOOLS_SERVICE_NAME: serviceName,
  POWERTOOLS_METRICS_NAMESPACE: metricNamespace,
  POWERTOOLS_LOG_LEVEL: 'INFO',
}

function targetSettings({ name, url, secret, options }: ConnectedTarget): Record<string, string> {
  const names = settingNames(name)
  return { [names.url]: url, [names.secret]: secret.secretArn, ...options }
}

const ms = (seconds: number): string => String(Math.round(seconds * 1000))
