import type { TrackedChange } from './change-history.ts'
import { type ChangeNames, cut } from './change-names.ts'
import type { OutcomeName } from './log-lines.ts'
import type { ChangeList, ChangeRow, Tone } from './page-source.ts'

/** The most rows of a list. */
const mostRows = 50

const tones: Readonly<Record<OutcomeName, Tone>> = {
  applied: 'good',
  superseded: 'plain',
  duplicate: 'plain',
  resolved: 'good',
  shadow: 'plain',
  reasserted: 'good',
  scheduled: 'wait',
  held: 'wait',
  dead: 'bad',
}

/** The person's address, or the target with the membership. The story shows the whole member. */
export function whoOf({ person, member }: ChangeNames): string {
  const parts = member?.split('/') ?? []
  return person ?? [parts[0], parts.at(-1)].filter(Boolean).join(' ')
}

/** The id of an event. That of a person's member ends in the member, which stands in the next column. */
export const eventOf = ({ event, member }: ChangeNames): string =>
  event === null ? '(unreadable)' : cut(event).replace(`/${member}`, '/…')

/** An event in a list: at work or waiting while one of its messages is on the queue, else as it ended. */
export function rowOf(change: TrackedChange): ChangeRow {
  const names = { id: change.id, event: eventOf(change), who: whoOf(change), role: change.role }
  const at = change.steps.at(-1)?.at ?? 0
  const { ending, open } = change
  if (ending && open.size === 0) {
    const { outcome, note, tookMs } = ending
    return { ...names, at: ending.at, state: outcome, tone: tones[outcome], note: cut(note), tookMs }
  }
  const causes = [...open.values()]
  if (causes.includes(undefined)) return { ...names, at, state: 'at work', tone: 'plain', note: '' }
  return { ...names, at, state: 'waiting', tone: 'wait', note: causes.join(', ') }
}

/** The newest of some events. */
export const newestOf = (changes: readonly TrackedChange[]): ChangeList => ({
  rows: changes
    .map(rowOf)
    .sort((one, other) => other.at - one.at)
    .slice(0, mostRows),
  count: changes.length,
})

/** Whether the event, its messages' member, its person, or source and event contain a text, whatever the case. */
export function matches({ event, source, member, person, madeFor }: ChangeNames, text: string): boolean {
  const wanted = text.toLowerCase()
  return [event, member, person, madeFor, `${source} ${event}`].some(name =>
    name?.toLowerCase().includes(wanted),
  )
}
