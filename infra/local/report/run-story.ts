import { countOf } from '../../../functions/cli/page/time-words.ts'
import type { Summary } from '../outcomes/message-outcome.ts'
import type { Paint } from './terminal-colors.ts'

/** The counts of a run as one sentence. */
export function storyOf(summary: Summary, paint: Paint): string {
  const { applied, superseded, duplicate, resolved, shadow, reasserted, scheduled, held, dead } = summary
  const all = Object.values(summary).reduce((sum, count) => sum + count, 0)
  const parts = [
    paint('green', `${countOf(applied, 'change')} in effect`),
    ...(superseded > 0 ? [`${superseded} superseded`] : []),
    ...(duplicate > 0 ? [`${duplicate} duplicate`] : []),
    ...(resolved > 0 ? [`${resolved} resolved`] : []),
    ...(shadow > 0 ? [`${shadow} in shadow mode`] : []),
    ...(reasserted > 0 ? [`${reasserted} re-asserted`] : []),
    ...(scheduled > 0 ? [`${scheduled} scheduled`] : []),
    ...(held > 0 ? [`${held} held`] : []),
    ...(dead > 0 ? [paint('red', `${dead} ${dead === 1 ? 'needs' : 'need'} a person`)] : []),
  ]
  return `${countOf(all, 'message')}: ${parts.join(', ')}`
}

/** A command or an address to try, and what it does. */
interface Step {
  readonly what: string
  readonly why: string
}

/** The next three things to try after a run, as lines. `pageUrl` is the address of the live page of a run that stays up. */
export function nextSteps(pageUrl: string | undefined, paint: Paint): string {
  const steps: readonly Step[] = pageUrl === undefined ? afterRun : [livePage(pageUrl), ...whileServed]
  const width = Math.max(...steps.map(({ what }) => what.length))
  const lines = steps.map(({ what, why }) => `  ${paint('bold', what.padEnd(width))}  ${why}`)
  return ['Try next:', ...lines].join('\n')
}

const afterRun: readonly Step[] = [
  { what: 'npm start -- --serve', why: 'stays up; prints the link of a live page' },
  { what: 'npm start -- --events FILE', why: 'plays your own events, one per line' },
  {
    what: 'npx role-sync example | npx role-sync check -',
    why: 'shows the request of an event; sends nothing',
  },
]

const livePage = (what: string): Step => ({ what, why: 'the live page of this run' })

const whileServed: readonly Step[] = [
  { what: 'npx role-sync dead list', why: 'what needs a person (first paste the exports)' },
  { what: 'npx role-sync example | npx role-sync send - --wait', why: 'sends an event to its outcome' },
]

/** What a run leaves when it is interrupted. */
export interface Leaving {
  /** The folder of `--data`. */
  readonly data: string | undefined
  /** How many messages wait on the changes queue, and on the dead-letter queue. */
  readonly waiting: number
  readonly letters: number
}

/** Says what is kept or lost when a run is interrupted. */
export const farewell = ({ data, waiting, letters }: Leaving): string =>
  data === undefined
    ? `Stopping. All data is in memory and is lost: ${countOf(waiting, 'waiting message')}, ${countOf(letters, 'dead letter')}, the ledger, and the members of the sandboxes. Use --data DIR to keep them.`
    : `Stopping. All data is kept in ${data}. Start again with the same --data to continue.`
