import { type Effect, healthOf } from '../../core/outcome/effect.ts'
import type { LogLine } from './log-lines.ts'
import type { StageHealth } from './page-source.ts'
import { capital } from './step-words.ts'
import { agoOf, countOf, spanOf } from './time-words.ts'

/** A target whose last calls all failed. */
export interface FailingTarget {
  readonly target: string
  /** The time of the first of these calls, in milliseconds since 1970. */
  readonly since: number
  readonly calls: number
}

/** Watches which targets fail. */
export interface TargetWatch {
  /** Takes a log line; `at` is milliseconds since 1970. */
  line(line: LogLine, at: number): void
  /** The failing targets, the one that fails longest first. */
  failing(): readonly FailingTarget[]
}

/** After this many failed calls in a row a target counts as failing. One failure is usual. */
const failuresInARow = 3

/** Starts with no call. */
export function watchTargets(): TargetWatch {
  const failed = new Map<string, FailingTarget>()
  return {
    line: (line, at) => {
      const health = healthIn(line)
      const target = String(line.target)
      if (health === 'well') failed.delete(target)
      if (health !== 'ill') return
      const { since, calls } = failed.get(target) ?? { since: at, calls: 0 }
      failed.set(target, { target, since, calls: calls + 1 })
    },
    // A map keeps the order in which its keys came.
    failing: () => [...failed.values()].filter(({ calls }) => calls >= failuresInARow),
  }
}

/** What a line says about its target. A search has no effect, and its target is the one that was read. */
function healthIn({ message, effect, cause, status, calls }: LogLine): 'well' | 'ill' | 'unsaid' {
  if (message === 'attempt') return healthOf({ kind: effect, cause, status } as Effect)
  if (message === 'search' && cause !== undefined)
    return healthOf({ kind: 'deferred', cause, status } as Effect)
  return message === 'search' || (message === 'outcome' && calls !== undefined) ? 'well' : 'unsaid'
}

/** The facts of a sentence about a stage. */
export interface HealthFacts {
  readonly failing: readonly FailingTarget[]
  /** How many messages are on the changes queue, in any state. */
  readonly waiting: number
  readonly letters: number
  readonly applied: number
  /** When the last change was applied. Times are milliseconds since 1970. */
  readonly lastAppliedAt: number
  readonly now: number
  /** The time, in milliseconds, in which `applied` was counted; all of it if undefined. */
  readonly periodMs?: number | undefined
  /** The alarms that ring. */
  readonly alarms?: readonly string[]
  /** What could not be read. */
  readonly unread?: readonly string[]
}

/** The most alarms to name. */
const mostNamed = 3

/** The state of a stage in one sentence: what fails, else what needs a person or could not be read, else that all is well. */
export function healthOfStage(facts: HealthFacts): StageHealth {
  const { failing, waiting, letters, applied, lastAppliedAt, now, periodMs, alarms = [], unread = [] } = facts
  const named = alarms.slice(0, mostNamed).join(', ')
  const others = alarms.length > mostNamed ? ' and others' : ''
  const ring = `${countOf(alarms.length, 'alarm rings', 'alarms ring')}: ${named}${others}`
  const ringing = alarms.length > 0 ? [ring] : []
  const [first] = failing
  if (first && waiting > 0) {
    const names = failing.map(({ target }) => target.charAt(0).toUpperCase() + target.slice(1)).join(' and ')
    const fail = `${names} ${failing.length === 1 ? 'is' : 'are'} failing since ${minuteOf(first.since)}`
    const wait = `${countOf(waiting, 'change waits', 'changes wait')}, none lost`
    return { tone: 'bad', sentence: `${[`${fail}: ${wait}`, ...ringing].join('; ')}.` }
  }
  const within = periodMs === undefined ? '' : ` in the last ${spanOf(periodMs)}`
  const last = `the last ${agoOf(lastAppliedAt, now)}`
  const rest = waiting === 0 ? '' : `; ${countOf(waiting, 'is', 'are')} on the way`
  const needs = [
    ...ringing,
    ...(letters > 0 ? [countOf(letters, 'change needs a person', 'changes need a person')] : []),
    ...(unread.length > 0 ? [`not everything is known: ${unread.join(' and ')} could not be read`] : []),
  ]
  if (needs.length > 0) {
    const effects = applied === 0 ? '' : `; ${countOf(applied, 'is', 'are')} in effect${within}, ${last}`
    const sentence = capital(`${needs.join('; ')}${effects}${rest}.`)
    return { tone: alarms.length > 0 ? 'bad' : 'wait', sentence }
  }
  const effect = `${countOf(applied, 'change')} in effect${within}, ${last}`
  if (applied > 0) return { tone: 'good', sentence: `All well: ${effect}${rest}.` }
  if (periodMs !== undefined) return { tone: 'plain', sentence: `No change took effect${within}${rest}.` }
  const begun = waiting === 0 ? 'no change has arrived yet' : `${countOf(waiting, 'change')} on the way`
  return { tone: 'plain', sentence: `Ready: ${begun}.` }
}

/** The time of day on this machine, such as `14:02`. */
const minuteOf = (at: number): string =>
  new Date(at).toLocaleTimeString('en-GB', { hour: '2-digit', minute: '2-digit' })
