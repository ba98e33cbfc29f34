import type { DeadLetter, LetterFacts } from '../../core/dead-letter/dead-letter.ts'
import { type ChangeNames, cut, namesIn } from './change-names.ts'
import { eventOf, whoOf } from './change-rows.ts'
import { mendOfAll } from './mend-commands.ts'
import type { FailureGroup } from './page-source.ts'

/** A message on the dead-letter queue, as far as it can be read. */
export interface ReadLetter extends Pick<LetterFacts, 'reason' | 'attributes'> {
  readonly messageId: string
  readonly names: ChangeNames
  readonly detail: string
  readonly body: string
  /** When it was sent to the dead-letter queue, in milliseconds since 1970. */
  readonly at: number
}

/** The most bytes of a body to show. */
const mostOfBody = 4096

/** What the page reads of a dead letter. */
type LetterText = Pick<DeadLetter, 'messageId' | 'body' | 'sentAt' | keyof LetterFacts>

/** Reads a letter. */
export const readLetter = ({
  messageId,
  body,
  sentAt: at,
  reason,
  attributes,
  trail,
}: LetterText): ReadLetter => ({
  ...{ messageId, at, reason, attributes, names: namesIn(body, at), body: cut(body, mostOfBody) },
  detail: cut(trail?.detail ?? '', 500),
})

/** The most groups, and the most letters of a group to name. */
const [mostGroups, mostNamed] = [12, 5]

/** The letters by cause: the same reason and the same detail. `options` ends each command. */
export function failureGroups(letters: readonly ReadLetter[], options = ''): FailureGroup[] {
  const groups = Map.groupBy(letters, ({ reason, detail }) => JSON.stringify([reason, detail]))
  return [...groups.values()]
    .toSorted((one, other) => other.length - one.length)
    .slice(0, mostGroups)
    .map(those => {
      const { reason, detail } = those[0]!
      const newest = those.toSorted((one, other) => other.at - one.at).slice(0, mostNamed)
      const rows = newest.map(({ names }) => ({ id: names.id, event: eventOf(names), who: whoOf(names) }))
      return { reason, detail, count: those.length, rows, ...mendOfAll(reason, options) }
    })
}
