import { outcomeNames, type Summary } from '../outcomes/message-outcome.ts'
import { byTarget, type Flight, type TargetFlights } from './in-flight-messages.ts'
import type { Letter } from './latest-letters.ts'
import type { Sample } from './run-samples.ts'

/** What the page shows of one moment besides its charts. */
export interface Moment {
  readonly sample: Sample
  /** The outcomes since the run began. */
  readonly ended: Summary
  readonly flights: readonly Flight[]
  readonly letters: readonly Letter[]
}

/** The parts of the page besides its charts, by the id of their place. */
export type View = Readonly<Record<'now' | 'targets' | 'flights' | 'letters', Element>>

/** The most rows of messages in flight, and of dead letters. */
export const mostRows = 50

/** A moment as the page shows it. */
export function viewOf({ sample, ended, flights, letters }: Moment): View {
  return {
    now: tiles(sample, ended),
    targets: targets(byTarget(flights), sample.at),
    flights: inFlight(flights, sample),
    letters: deadLetters(letters, sample.letters),
  }
}

function tiles({ changes, letters }: Sample, ended: Summary): Element {
  const tile = (name: string, count: number, kind: string) =>
    classed(`tile ${kind}`, element('div', element('dt', name), element('dd', countOf(count))))
  return element(
    'dl',
    tile('visible', changes.visible, 'visible'),
    tile('in flight', changes.inFlight, 'in-flight'),
    tile('delayed', changes.delayed, 'delayed'),
    tile('dead letters', letters, letters > 0 ? 'letters some' : 'letters'),
    ...outcomeNames.map(name => tile(name, ended[name], name)),
  )
}

const targets = (all: readonly TargetFlights[], now: number): Element =>
  table(
    ['target', 'at work', 'waiting', 'waiting for', 'next try', 'oldest'],
    all.map(({ target, atWork, waiting, causes, nextAt, oldestAt }) => [
      element('strong', target),
      countOf(atWork),
      countOf(waiting),
      causes.map(([cause, count]) => `${cut(cause)} ${countOf(count)}`).join(', '),
      nextAt === undefined ? '' : time(until(nextAt, now)),
      oldestAt === undefined ? '' : time(ago(oldestAt, now)),
    ]),
    'No target.',
  )

/** Messages at work first, then those whose visibility timeout ends next. */
function inFlight(flights: readonly Flight[], { at }: Sample): Element {
  const waits = ({ cause }: Flight) => (cause === undefined ? 0 : 1)
  const ordered = [...flights].sort((a, b) => waits(a) - waits(b) || a.dueAt - b.dueAt)
  const rows = ordered
    .slice(0, mostRows)
    .map(({ event, member, receives, sentAt, dueAt, cause }) => [
      cut(event ?? '(unreadable)'),
      cut(member ?? ''),
      cause === undefined ? 'at work' : `${cut(cause)}, again ${until(dueAt, at)}`,
      countOf(receives),
      time(ago(sentAt, at)),
    ])
  const head = ['event', 'member', 'state', 'tries', 'sent']
  return withRest(table(head, rows, 'Nothing is in flight.'), flights.length)
}

function deadLetters(letters: readonly Letter[], count: number): Element {
  const rows = letters
    .slice(0, mostRows)
    .map(letter => [
      time(clockOf(letter.at)),
      cut(letter.event || '(unreadable)'),
      cut(letter.member),
      element('div', classed('reason', element('strong', cut(reasonOf(letter)))), cut(letter.detail, 500)),
      letter.receives === undefined ? '' : countOf(letter.receives),
    ])
  return withRest(table(['at', 'event', 'member', 'reason', 'tries'], rows, 'No dead letters.'), count)
}

/** A time that stays on one line. */
const time = (text: string): Element => classed('time', element('span', text))

const reasonOf = ({ reason, status, unproven }: Letter): string =>
  `${reason}${status === undefined ? '' : ` (${status})`}${unproven ? ', unproven' : ''}`

/** A table of so many messages, and how many of them it leaves out. */
function withRest(shown: Element, count: number): Element {
  const rest = classed('rest', element('p', `${countOf(count - mostRows)} more`))
  return element('div', shown, ...(count > mostRows ? [rest] : []))
}

/** An element of the page as plain data. Data from outside stands in texts alone, so it cannot become markup. */
export interface Element {
  readonly tag: Tag
  readonly class?: string
  readonly children: readonly Node[]
}

export type Node = string | Element

/** The tags of the page. None loads, runs or sends anything. */
type Tag =
  | ('div' | 'p' | 'strong' | 'span' | 'dl' | 'dt' | 'dd')
  | ('table' | 'thead' | 'tbody' | 'tr' | 'th' | 'td')

/** An element without a class. */
const element = (tag: Tag, ...children: readonly Node[]): Element => ({ tag, children })

/** The same with a class. */
const classed = (name: string, of: Element): Element => ({ ...of, class: name })

/** A table of cells, or `ifEmpty` where there are no rows. */
function table(head: readonly string[], rows: readonly (readonly Node[])[], ifEmpty: string): Element {
  if (rows.length === 0) return classed('empty', element('p', ifEmpty))
  return element(
    'table',
    element('thead', element('tr', ...head.map(text => element('th', text)))),
    element('tbody', ...rows.map(cells => element('tr', ...cells.map(cell => element('td', cell))))),
  )
}

/** A number with separators: 12,345. */
const countOf = (count: number): string => count.toLocaleString('en')

/** How long ago something was; both times in milliseconds since 1970. */
const ago = (then: number, now: number): string => `${span(now - then)} ago`

/** How soon something will be. */
const until = (then: number, now: number): string => (then <= now ? 'now' : `in ${span(then - now)}`)

/** The time of day on this machine. */
const clockOf = (at: number): string => new Date(at).toLocaleTimeString('en-GB')

/** A text of bounded length, for ids, reasons and details come from outside. */
const cut = (text: string, max = 256): string => (text.length > max ? `${text.slice(0, max)}…` : text)

function span(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000))
  if (seconds < 120) return `${seconds} s`
  if (seconds < 7200) return `${Math.round(seconds / 60)} min`
  return `${Math.round(seconds / 3600)} h`
}
