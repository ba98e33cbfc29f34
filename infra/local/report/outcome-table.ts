import Table from 'cli-table3'
import type { OutcomeName } from '../../../functions/cli/page/log-lines.ts'
import { spanOf } from '../../../functions/cli/page/time-words.ts'
import { shadowWords } from '../../../functions/core/guard/shadow.ts'
import { causeText } from '../../../functions/core/outcome/cause-words.ts'
import { personTarget } from '../../../functions/core/people/person-event.ts'
import { printable } from '../../../functions/core/printable.ts'
import type { Outcome } from '../outcomes/message-outcome.ts'
import { isMadeForPerson } from './outcome-order.ts'
import type { Paint } from './terminal-colors.ts'

/** The most rows. The table counts the others. */
const mostRows = 100

/** The width of the table on a wide terminal, in characters. On a narrower one it has no tries and no time. */
const fullWidth = 100

/** The least width of the reasons, in characters. */
const leastReason = 20

/** The causes of the retries of each message, in order. */
export type Causes = ReadonlyMap<string, readonly string[]>

/** The outcomes as a table for people, at most `columns` and 100 wide. A long table leaves out `applied` first. */
export function outcomeTable(
  outcomes: readonly Outcome[],
  causes: Causes,
  paint: Paint,
  columns = fullWidth,
): string {
  const notable =
    outcomes.length > mostRows ? outcomes.filter(({ outcome }) => outcome !== 'applied') : outcomes
  const shown = notable.slice(0, mostRows)
  const left = outcomes.length - shown.length

  const isFull = columns >= fullWidth
  const gap = isFull ? 2 : 1
  const widths = [...[10, 21, 24], ...(isFull ? [5, 7] : [])].map(width => width + gap)
  const rest = Math.min(columns, fullWidth) - widths.reduce((sum, width) => sum + width)
  const head = ['outcome', 'member', 'event', ...(isFull ? ['tries', 'time'] : []), 'reason']
  const table = new Table({
    head: head.map(text => paint('bold', text)),
    colWidths: [...widths, Math.max(rest, leastReason)],
    colAligns: head.map(text => (text === 'tries' || text === 'time' ? 'right' : 'left')),
    chars: noBorders,
    style: { 'padding-left': 0, 'padding-right': gap, head: [], border: [], compact: true },
    wordWrap: true,
  })
  for (const outcome of shown) {
    table.push([
      paint(colors[outcome.outcome], outcome.outcome),
      shortMember(outcome),
      printable(shortEvent(outcome)),
      ...(isFull ? [String(outcome.receives), timeOf(outcome)] : []),
      printable(reasonOf(outcome, causes.get(outcome.messageId) ?? [])),
    ])
  }
  const lines = table.toString().split('\n')
  return [...lines.map(line => line.trimEnd()), ...(left > 0 ? [`${left} more are not shown`] : [])].join(
    '\n',
  )
}

const noBorders = {
  ...{ top: '', 'top-mid': '', 'top-left': '', 'top-right': '' },
  ...{ bottom: '', 'bottom-mid': '', 'bottom-left': '', 'bottom-right': '' },
  ...{ left: '', 'left-mid': '', mid: '', 'mid-mid': '', right: '', 'right-mid': '', middle: '' },
}

const colors: Readonly<Record<OutcomeName, 'green' | 'dim' | 'red'>> = {
  ...{
    applied: 'green',
    superseded: 'dim',
    duplicate: 'dim',
    resolved: 'dim',
    shadow: 'dim',
    reasserted: 'green',
    scheduled: 'dim',
    held: 'dim',
    dead: 'red',
  },
}

const timeOf = ({ effectMs }: Outcome): string => (effectMs === undefined ? '' : spanOf(effectMs))

/** The id of an event, without the middle of a UUID. An event made for a member is without its name: that is in the column before. */
function shortEvent(outcome: Outcome): string {
  const { event, member } = outcome
  if (event === null) return '(unreadable)'
  return short(isMadeForPerson(outcome) ? event.replace(`/${member}`, '/…') : event)
}

/** The target and the membership, without the scope and the middle of the id. */
function shortMember({ target, member }: Outcome): string {
  if (member === null) return target === personTarget ? 'person' : ''
  const [name = '', , id = ''] = member.split('/')
  return `${name} ${short(id)}`
}

/** A text with its UUIDs and long numbers cut in the middle: `5d2e8f10…0001`, `7301…8901`. */
const short = (text: string): string =>
  text
    .replace(/\b(\w{8})-\w{4}-\w{4}-\w{4}-\w{8}(\w{4})\b/g, '$1…$2')
    .replace(/\b(\d{4})\d{8,11}(\d{4})\b/g, '$1…$2')

function reasonOf(of: Outcome, causes: readonly string[]): string {
  const { outcome, reason, guard, status, detail, by, events, unproven } = of
  if (outcome === 'dead') {
    const code = status === undefined ? '' : ` (${status})`
    return `${reason}${code}${detail ? `: ${detail}` : ''}${unproven ? '; unproven' : ''}`
  }
  if (outcome === 'held') return `by the guard ${guard}`
  if (outcome === 'shadow') return shadowWords(of)
  if (outcome === 'superseded' && by) return `by ${by}`
  const after = causes.length > 0 ? [`retried: ${[...new Set(causes.map(causeText))].join(', ')}`] : []
  if (outcome !== 'resolved') return after.join()
  const into = `into ${events} ${events === 1 ? 'event' : 'events'}`
  return [into, ...(detail === undefined ? [] : [detail]), ...after].join('; ')
}
