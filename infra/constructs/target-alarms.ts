import { Stats } from 'aws-cdk-lib/aws-cloudwatch'
import type { Construct } from 'constructs'
import { personTarget } from '../../functions/core/people/person-event.ts'
import type { Names } from '../../functions/core/resource-names.ts'
import { type MetricName, metricNames } from '../../functions/core/sync-metrics.ts'
import type { Deployment } from '../context/deployment.ts'
import { logicalName } from './logical-name.ts'
import { addAlarm } from './runbook-alarm.ts'
import { type MetricView, syncMetric } from './stage-metrics.ts'

/** Adds the alarms on one target. Each names the target. */
export function addTargetAlarms(scope: Construct, deployment: Deployment, target: string): void {
  const { names, thresholds } = deployment
  const metric = (name: MetricName, view: MetricView) => syncMetric(names, target, name, view)
  const own = nameOf(names, target)

  addAgeAlarm(scope, deployment, target, `A change has been waiting for ${target} for too long.`)
  addAlarm(scope, deployment, {
    ...{ ...own('CredentialsRejected', 'credentials-rejected'), runbook: 'Credentials rejected' },
    summary: `The token of ${target} is refused; its changes wait.`,
    metric: metric(metricNames.credentialsRejected, { statistic: Stats.SUM }),
    threshold: 1,
  })
  addAlarm(scope, deployment, {
    ...{ ...own('BreakerOpen', 'breaker-open'), runbook: 'Breaker open' },
    summary: `The breaker of ${target} is open after several failures; its changes wait.`,
    metric: metric(metricNames.breakerOpen, { statistic: Stats.MAXIMUM, periodSeconds: 60 }),
    threshold: 1,
    periods: thresholds.breakerOpenAlarmMinutes,
  })
  addAlarm(scope, deployment, {
    ...{ ...own('TimeToEffect', 'time-to-effect'), runbook: 'Time to effect' },
    summary: `Changes take effect late at ${target}.`,
    metric: metric(metricNames.timeToEffect, { statistic: Stats.percentile(99) }),
    threshold: thresholds.timeToEffectAlarmSeconds * 1000,
    periods: 3,
  })
  addAlarm(scope, deployment, {
    ...{ ...own('WithdrawalOverdue', 'withdrawal-overdue'), runbook: 'Withdrawal overdue' },
    summary: `A withdrawal at ${target} took or takes too long: somebody may still have the access.`,
    metric: metric(metricNames.longestExposure, { statistic: Stats.MAXIMUM }),
    threshold: thresholds.exposureAlarmSeconds,
  })
}

/** Adds the alarm on events that wait until their person is found. */
export const addPersonAlarm = (scope: Construct, deployment: Deployment): void =>
  addAgeAlarm(scope, deployment, personTarget, 'An event that names a person has been waiting for too long.')

function addAgeAlarm(scope: Construct, deployment: Deployment, target: string, summary: string): void {
  const { names, thresholds, timings } = deployment
  // A change reports its age at each retry. The period covers the longest delay between two.
  const periodSeconds = Math.ceil(timings.retryCapSeconds / 60) * 60
  const view = { statistic: Stats.MAXIMUM, periodSeconds }
  addAlarm(scope, deployment, {
    ...{ ...nameOf(names, target)('OldestChange', 'oldest-change'), runbook: 'Oldest change', summary },
    metric: syncMetric(names, target, metricNames.oldestChangeAge, view),
    threshold: thresholds.oldestChangeAlarmSeconds,
    ...{ periods: 2, of: 1 },
  })
}

const nameOf = (names: Names, target: string) => (id: string, name: string) => ({
  id: `${logicalName(target)}${id}`,
  name: `${names.syncFunction}-${name}-${target}`,
})
