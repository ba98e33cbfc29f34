import Table from 'cli-table3'
import type { Outcome, Summary } from '../outcomes/message-outcome.ts'
import { duration } from './note-text.ts'

/** The most rows. The table counts the others. */
const mostRows = 100

/** The width of the other columns, for ids of the usual length. */
const otherColumns = 94

/** The causes of the retries of each message, in order. */
export type Causes = ReadonlyMap<string, readonly string[]>

/** The outcomes as a table for people. A long table leaves out `applied` first. */
export function outcomeTable(outcomes: readonly Outcome[], causes: Causes, columns = 140): string {
  const notable =
    outcomes.length > mostRows ? outcomes.filter(({ outcome }) => outcome !== 'applied') : outcomes
  const shown = notable.slice(0, mostRows)
  const table = new Table({
    head: ['event', 'member', 'outcome', 'reason', 'tries', 'time to effect'],
    style: { head: [], border: [], compact: true },
    colAligns: ['left', 'left', 'left', 'left', 'right', 'right'],
    colWidths: [null, null, null, Math.min(Math.max(columns - otherColumns, 24), 46)],
    wordWrap: true,
  })
  for (const outcome of shown) table.push(row(outcome, causes.get(outcome.messageId) ?? []))
  const left = outcomes.length - shown.length
  return `${table.toString()}${left > 0 ? `\n${left} more are not shown` : ''}`
}

/** The counts as one line. */
export function summaryLine({ applied, superseded, duplicate, resolved, dead }: Summary): string {
  const all = applied + superseded + duplicate + resolved + dead
  const people = resolved > 0 ? `${resolved} resolved, ` : ''
  return `${all} settled: ${applied} applied, ${superseded} superseded, ${duplicate} duplicate, ${people}${dead} dead-lettered`
}

function row(outcome: Outcome, causes: readonly string[]): string[] {
  return [
    shortEvent(outcome),
    shortMember(outcome.member ?? ''),
    outcome.outcome,
    reasonOf(outcome, causes),
    String(outcome.receives),
    outcome.effectMs === undefined ? '' : duration(outcome.effectMs),
  ]
}

/** The id of an event for a person's member, without the member's name: the next column shows it. */
const shortEvent = ({ event, member }: Outcome): string =>
  event === null ? '(unreadable)' : event.replace(`/${member}`, '/…')

/** The target and the membership, without the scope and the middle of a UUID. */
function shortMember(member: string): string {
  const [target = '', , id = ''] = member.split('/')
  return `${target} ${id.replace(/^(\w{8})-[\w-]+(\w{4})$/, '$1…$2')}`
}

function reasonOf(
  { outcome, reason, status, detail, by, events, unproven }: Outcome,
  causes: readonly string[],
): string {
  if (outcome === 'dead') {
    const code = status === undefined ? '' : ` (${status})`
    return `${reason}${code}${detail ? `: ${detail}` : ''}${unproven ? '; unproven' : ''}`
  }
  if (outcome === 'superseded' && by) return `by ${by}`
  const after = causes.length > 0 ? [`after ${[...new Set(causes)].join(', ')}`] : []
  if (outcome !== 'resolved') return after.join()
  const into = `into ${events} ${events === 1 ? 'event' : 'events'}`
  return [into, ...(detail === undefined ? [] : [detail]), ...after].join('; ')
}
