import { Stats } from 'aws-cdk-lib/aws-cloudwatch'
import type { Construct } from 'constructs'
import { type MetricName, metricNames } from '../../functions/core/metric-names.ts'
import type { Deployment } from '../context/read.ts'
import { addAlarm } from './alarm.ts'
import { logicalName } from './logical-name.ts'
import { type MetricView, syncMetric } from './metrics.ts'

/** The alarms on one target, so that what goes off names the one at fault. */
export function addTargetAlarms(
  scope: Construct,
  { names, thresholds, timings }: Deployment,
  target: string,
): void {
  const metric = (name: MetricName, view: MetricView) => syncMetric(names, target, name, view)
  const own = (id: string, name: string) => ({
    id: `${logicalName(target)}${id}`,
    name: `${names.syncFunction}-${name}-${target}`,
  })

  // A change tells its age each time it goes again: at least once in the longest delay, which the period covers.
  const minutes = Math.ceil(timings.retryCapSeconds / 60)
  addAlarm(scope, {
    ...{ ...own('OldestChange', 'oldest-change'), runbook: 'Oldest change' },
    tells: `A change has been waiting for ${target} for too long.`,
    metric: metric(metricNames.oldestChangeAge, { statistic: Stats.MAXIMUM, periodSeconds: minutes * 60 }),
    threshold: thresholds.oldestChangeAlarmSeconds,
    ...{ periods: 2, of: 1 },
  })
  addAlarm(scope, {
    ...{ ...own('CredentialsRejected', 'credentials-rejected'), runbook: 'Credentials rejected' },
    tells: `The token of ${target} is refused; its changes wait.`,
    metric: metric(metricNames.credentialsRejected, { statistic: Stats.SUM }),
    threshold: 1,
  })
  addAlarm(scope, {
    ...{ ...own('BreakerOpen', 'breaker-open'), runbook: 'Breaker open' },
    tells: `Calls to ${target} rest after a row of failures; its changes wait.`,
    metric: metric(metricNames.breakerOpen, { statistic: Stats.MAXIMUM, periodSeconds: 60 }),
    threshold: 1,
    periods: thresholds.breakerOpenAlarmMinutes,
  })
  addAlarm(scope, {
    ...{ ...own('TimeToEffect', 'time-to-effect'), runbook: 'Time to effect' },
    tells: `Changes take effect late at ${target}.`,
    metric: metric(metricNames.timeToEffect, { statistic: Stats.percentile(99) }),
    threshold: thresholds.timeToEffectAlarmSeconds * 1000,
    periods: 3,
  })
}
