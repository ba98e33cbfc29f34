import { type IMetric, type IWidget, MathExpression, type Metric, Stats } from 'aws-cdk-lib/aws-cloudwatch'
import { personTarget } from '../../functions/core/people/person-event.ts'
import { metricNamespace, type Names } from '../../functions/core/resource-names.ts'
import { type MetricName, metricNames } from '../../functions/core/sync-metrics.ts'
import { graph, inMinutes, ratioOf, sumOf } from './graph-widgets.ts'
import { syncMetric } from './stage-metrics.ts'

const outcomes = {
  applied: metricNames.applied,
  superseded: metricNames.superseded,
  duplicate: metricNames.duplicate,
  resolved: metricNames.resolved,
  shadow: metricNames.shadow,
  reasserted: metricNames.reasserted,
  scheduled: metricNames.scheduled,
  dead: metricNames.dead,
}

/** Creates the graphs of the sync function's metrics by target. */
export function createTargetGraphs(names: Names, targets: readonly string[]) {
  const metric = (target: string | null, name: MetricName, statistic: string, label: string): Metric =>
    syncMetric(names, target, name, { statistic, label })
  const ends = (target: string | null) =>
    Object.entries(outcomes).map(([label, name]) => metric(target, name, Stats.SUM, label))

  /** Reasons vary, so the graph searches for the lines of a metric and labels each with its reason. */
  const byReason = (target: string, name: MetricName): IMetric =>
    new MathExpression({
      expression: `SEARCH('{${metricNamespace},service,function,target,reason} MetricName="${name}" function="${names.syncFunction}" target="${target}"', 'Sum')`,
      // biome-ignore lint/suspicious/noTemplateCurlyInString: CloudWatch's own placeholder
      label: "${PROP('Dim.reason')}",
      usingMetrics: {},
    })

  return {
    /** The outcomes of messages. Includes dead letters whose target could not be read. */
    outcomes: (): IWidget =>
      graph(
        'Outcomes',
        Object.entries(outcomes).map(([label, name]) =>
          sumOf(
            [...targets, personTarget, null].map(target => metric(target, name, Stats.SUM, label)),
            label,
          ),
        ),
        { stacked: true },
      ),
    oldestChange: (): IWidget =>
      graph(
        'Oldest change that waits, minutes',
        [...targets, personTarget].map(target =>
          inMinutes(metric(target, metricNames.oldestChangeAge, Stats.MAXIMUM, target), target),
        ),
      ),
    /** One row of a target: retries, dead letters, writes in doubt, token and breaker. */
    faults: (target: string): IWidget[] => [
      graph(`${target}: retries, by reason`, [byReason(target, metricNames.retries)], { stacked: true }),
      graph(`${target}: dead, by reason`, [byReason(target, metricNames.dead)], { stacked: true }),
      graph(`${target}: writes in doubt`, [
        metric(target, metricNames.unansweredWrites, Stats.SUM, 'unanswered'),
        metric(target, metricNames.putRight, Stats.SUM, 'put right'),
      ]),
      graph(`${target}: token and breaker`, [
        metric(target, metricNames.credentialsRejected, Stats.SUM, 'credentials rejected'),
        metric(target, metricNames.breakerOpen, Stats.MAXIMUM, 'breaker open'),
      ]),
    ],
    /** Retries and dead letters of events that name a person. */
    people: (): IWidget[] => [
      graph('people: retries, by reason', [byReason(personTarget, metricNames.retries)], { stacked: true }),
      graph('people: dead, by reason', [byReason(personTarget, metricNames.dead)], { stacked: true }),
    ],
    timeToEffect: (target: string): IWidget =>
      graph(`${target}: event to proof, ms`, [
        metric(target, metricNames.timeToEffect, Stats.percentile(50), 'p50'),
        metric(target, metricNames.timeToEffect, Stats.percentile(99), 'p99'),
      ]),
    /** What ended, and the longest that was open. */
    exposure: (): IWidget =>
      graph(
        'Exposure: withdrawal to proof, minutes',
        targets.flatMap(target => [
          inMinutes(
            metric(target, metricNames.exposure, Stats.percentile(99), target),
            `${target} p99`,
            60_000,
          ),
          inMinutes(metric(target, metricNames.longestExposure, Stats.MAXIMUM, target), `${target} longest`),
        ]),
      ),
    /** All calls divided by all outcomes of the same time: the calls of one event may be hours apart. */
    callsPerEvent: (): IWidget =>
      graph(
        'Calls per event',
        targets.map(target =>
          ratioOf(metric(target, metricNames.calls, Stats.SUM, 'calls'), ends(target), target),
        ),
      ),
  }
}
