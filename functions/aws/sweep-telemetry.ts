import { MetricUnit } from '@aws-lambda-powertools/metrics'
import { redacted, redactedError, redactId } from '../core/redact.ts'
import {
  sweepMetricNames as names,
  type SweepMetricName,
  sweepDimensions,
} from '../core/sweep/sweep-metrics.ts'
import type { FindingCounts, LookRecord, ScopeReading } from '../core/sweep/sweep-reading.ts'
import type { SweepNumbers } from '../core/sweep/sweep-round.ts'
import { createMetrics } from './embedded-metrics.ts'
import { createLogger } from './logger.ts'

/** Each scope makes metrics of its own, which cost money: so many of the catalogue have them, the first ones. */
const mostScopes = 100

/** The log lines and metrics of the sweep function, for these scopes also by scope. Service, level and namespace come from the environment. */
export function createSweepTelemetry(catalogueScopes: readonly string[], logger = createLogger()) {
  const { peak, flush } = createMetrics<{ readonly scope?: string }, SweepMetricName>(logger, sweepDimensions)
  const scopes = new Set(catalogueScopes.slice(0, mostScopes))
  const age = (of: { readonly scope?: string }, ms: number) =>
    peak(of, names.sweepAge, Math.round(ms / 1000), MetricUnit.Seconds)
  const measure = (name: string, { drift = 0, unmanaged = 0 }: FindingCounts) => {
    if (!scopes.has(name)) return
    const scope = redactId(name)
    peak({ scope }, names.drift, drift)
    peak({ scope }, names.unmanaged, unmanaged)
  }

  return {
    logger,
    flush,
    telemetry: {
      /** Writes one line for the reading of a scope. A complete one has metrics. */
      reading: (name: string, { findings: _, unread, counts, from, at, ...others }: ScopeReading): void => {
        const scope = redactId(name)
        const why = unread && { cause: unread.cause, detail: unread.detail, page: unread.page }
        const facts = { scope, complete: !unread, ...counts, ...others, durationMs: at - from, ...why }
        logger[unread ? 'warn' : 'info']('reading', { ...redacted(facts) })
        if (!unread) measure(name, counts)
      },
      /** Writes one line for a look at some members of a scope: what was found of them. The metrics are those of the whole scope. */
      look: (name: string, { rows, counts, ...others }: LookRecord): void => {
        const found = Map.groupBy(rows, ({ finding }) => finding)
        const each = Object.fromEntries([...found].map(([finding, { length }]) => [finding, length]))
        logger.info('look', { ...redacted({ scope: redactId(name), ...each, ...others }) })
        measure(name, counts)
      },
      /** Writes the line of an invocation, and the metrics of the stage. */
      round: (answer: SweepNumbers & { readonly kind: string }, ageOf: (scope: string) => number): void => {
        logger.info('round', { ...redacted(answer) })
        const { drift, unmanaged, gone, incomplete, ageMs } = answer
        peak({}, names.drift, drift)
        peak({}, names.unmanaged, unmanaged)
        peak({}, names.gone, gone)
        peak({}, names.incomplete, incomplete)
        age({}, ageMs)
        for (const scope of scopes) age({ scope }, ageOf(scope))
      },
      trouble: (what: string, error: unknown): void => logger.error(what, redactedError(error)),
    },
  }
}
