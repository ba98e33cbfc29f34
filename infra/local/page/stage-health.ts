import { type Effect, healthOf } from '../../../functions/core/outcome/effect.ts'
import type { StageHealth } from './page-source.ts'
import type { LogLine } from './step-words.ts'
import { agoOf, countOf } from './time-words.ts'

/** Failed calls of a target in a row. */
interface Streak {
  readonly since: number
  readonly calls: number
}

/** Watches which targets fail. */
export interface TargetWatch {
  /** Takes a log line; `at` is milliseconds since 1970. */
  line(line: LogLine, at: number): void
  /** The targets whose last calls all failed, each with the time of the first of these, the oldest first. */
  failing(): readonly FailingTarget[]
}

export interface FailingTarget {
  readonly target: string
  readonly since: number
}

/** After this many failed calls in a row a target counts as failing. One failure is usual. */
const failuresInARow = 3

/** Starts with no call. */
export function watchTargets(): TargetWatch {
  const streaks = new Map<string, Streak>()
  return {
    line: (line, at) => {
      const health = healthIn(line)
      const target = String(line.target)
      if (health === 'well') streaks.delete(target)
      if (health !== 'ill') return
      const { since, calls } = streaks.get(target) ?? { since: at, calls: 0 }
      streaks.set(target, { since, calls: calls + 1 })
    },
    failing: () =>
      [...streaks]
        .filter(([, { calls }]) => calls >= failuresInARow)
        .map(([target, { since }]) => ({ target, since }))
        .toSorted((one, other) => one.since - other.since),
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
}

/** The state of a stage in one sentence: what fails, else what needs a person, else that all is well. */
export function healthOfStage({
  failing,
  waiting,
  letters,
  applied,
  lastAppliedAt,
  now,
}: HealthFacts): StageHealth {
  const wait = `${countOf(waiting, 'change')} ${waiting === 1 ? 'waits' : 'wait'}`
  const [first] = failing
  if (first && waiting > 0) {
    const names = failing.map(({ target }) => target.charAt(0).toUpperCase() + target.slice(1))
    const fail = `${names.join(' and ')} ${failing.length === 1 ? 'is' : 'are'} failing since ${minuteOf(first.since)}`
    return { tone: 'bad', sentence: `${fail}: ${wait}, none lost.` }
  }
  const last = applied === 0 ? '' : `, the last ${agoOf(lastAppliedAt, now)}`
  const rest = waiting === 0 ? '' : `; ${waiting.toLocaleString('en')} on the way`
  if (letters > 0) {
    const need = `${countOf(letters, 'change')} ${letters === 1 ? 'needs' : 'need'} a person`
    const are = applied === 1 ? 'is' : 'are'
    return {
      tone: 'wait',
      sentence: `${need}; ${applied.toLocaleString('en')} ${are} in effect${last}${rest}.`,
    }
  }
  if (applied > 0)
    return { tone: 'good', sentence: `All well: ${countOf(applied, 'change')} in effect${last}${rest}.` }
  const begun = waiting === 0 ? 'no change has arrived yet' : `${countOf(waiting, 'change')} on the way`
  return { tone: 'plain', sentence: `Ready: ${begun}.` }
}

/** The time of day on this machine, such as `14:02`. */
const minuteOf = (at: number): string =>
  new Date(at).toLocaleTimeString('en-GB', { hour: '2-digit', minute: '2-digit' })
