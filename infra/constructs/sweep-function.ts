import { Stats, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch'
import type { TableV2 } from 'aws-cdk-lib/aws-dynamodb'
import type { IFunction } from 'aws-cdk-lib/aws-lambda'
import type { Construct } from 'constructs'
import { dueIndex, ledgerIndex } from '../../functions/core/resource-names.ts'
import { type SweepMetricName, sweepMetricNames } from '../../functions/core/sweep/sweep-metrics.ts'
import { limits } from '../config.ts'
import type { Deployment } from '../context/deployment.ts'
import { functionCode } from './function-code.ts'
import { addFunction, addRate, allowing, ms } from './lambda-function.ts'
import { addAlarm } from './runbook-alarm.ts'
import { sweepMetric } from './stage-metrics.ts'
import { type SyncParts, targetSettings } from './sync-function.ts'
import { addSweepTable, grantHints } from './table-constructs.ts'

/** The sweep of a stage: what it read, and its function. */
export interface SweepParts {
  readonly table: TableV2
  readonly lambda: IFunction
  /** The table, if a rule for bursts has a share: then the sync function reads it. */
  readonly known: TableV2 | undefined
}

const hour = 3600

/** Adds the sweep function, its table and its schedule, unless the sweep is off. It reads the targets, and writes to none. */
export function addSweep(
  scope: Construct,
  deployment: Deployment,
  { ledger, targets, due }: Pick<SyncParts, 'ledger' | 'targets' | 'due'>,
): SweepParts | undefined {
  const { names, timings, sweep, knowsMembers } = deployment
  if (!sweep) return undefined
  const table = addSweepTable(scope, names.sweepTable)
  const lambda = addFunction(scope, deployment, {
    id: 'Sweep',
    name: names.sweepFunction,
    description: 'Reads the members of the targets and compares them with the ledger',
    code: functionCode('sweep', { roles: deployment.rolesFile }),
    timeoutSeconds: limits.sweepTimeoutSeconds,
    // `functions/sweep/sweep-settings.ts` parses these. A test compares the two.
    environment: {
      LEDGER_TABLE: ledger.tableName,
      DUE_TABLE: due.table.tableName,
      SWEEP_TABLE: table.tableName,
      ...Object.assign({}, ...targets.map(targetSettings)),
      REQUEST_TIMEOUT_MS: ms(timings.requestTimeoutSeconds),
      CLOSING_MS: ms(timings.closingSeconds),
      SWEEP_EVERY_MS: ms(sweep.hours * hour),
      SWEEP_SETTLE_MS: ms(timings.sweepSettleSeconds),
      SWEEP_KEEP_MS: ms(limits.sweepKeepSeconds),
      SWEEP_CALLS_PER_MINUTE: String(sweep.callsPerMinute),
    },
    whyNoDeadLetters:
      'The next invocation continues what a failed one left, and an alarm reports a sweep that does not run.',
  })
  const allow = allowing(lambda)
  // Once after an upgrade it looks for entries that the index lacks.
  allow(['dynamodb:BatchGetItem', 'dynamodb:Scan'], ledger.tableArn)
  allow(['dynamodb:Query', 'dynamodb:Scan'], `${ledger.tableArn}/index/${ledgerIndex.name}`)
  allow(['dynamodb:Query'], `${due.table.tableArn}/index/${dueIndex.name}`)
  allow(['dynamodb:GetItem', 'dynamodb:PutItem'], table.tableArn)
  if (deployment.sources.some(({ hints }) => hints)) grantHints(table, lambda)
  allow(['secretsmanager:GetSecretValue'], ...targets.map(({ secret }) => secret.secretArn))
  addRate(scope, lambda, {
    id: 'SweepSchedule',
    description: 'Continues the sweep of role-sync, or begins one that is due',
    everyMinutes: limits.sweepEveryMinutes,
    // `functions/sweep/sweep-request.ts` parses it.
    event: { action: 'continue' },
    whyNoDeadLetters:
      'After a missed invocation the next one does the same work, and an alarm reports a sweep that does not run.',
  })
  return { table, lambda, known: knowsMembers ? table : undefined }
}

/** Adds the alarms on what the sweep finds, and on a sweep that does not run. */
export function addSweepAlarms(scope: Construct, deployment: Deployment, hours: number): void {
  const { names } = deployment
  const metric = (name: SweepMetricName) =>
    sweepMetric(names, name, { statistic: Stats.MAXIMUM, periodSeconds: hour })
  addAlarm(scope, deployment, {
    ...{ id: 'Drift', name: `${names.sweepFunction}-drift`, runbook: 'Drift found' },
    summary: 'A target shows another state than the one that is applied: somebody changed it there.',
    metric: metric(sweepMetricNames.drift),
    threshold: 1,
  })
  addAlarm(scope, deployment, {
    ...{ id: 'SweepIncomplete', name: `${names.sweepFunction}-incomplete`, runbook: 'Sweep incomplete' },
    summary: 'The members of a scope could not be read to the end, more than once.',
    metric: metric(sweepMetricNames.incomplete),
    ...{ threshold: 1, periods: 3 },
  })
  addAlarm(scope, deployment, {
    ...{ id: 'SweepNotRun', name: `${names.sweepFunction}-not-run`, runbook: 'Sweep not run' },
    summary: 'A scope was not read for twice the time between two sweeps, or the sweep does not run at all.',
    metric: metric(sweepMetricNames.sweepAge),
    threshold: 2 * hours * hour,
    ...{ periods: 3, missing: TreatMissingData.BREACHING },
  })
}
