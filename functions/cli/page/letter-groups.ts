import { type DeadLetter, diedAt, type LetterFacts } from '../../core/dead-letter/dead-letter.ts'
import { createEventParser } from '../../core/event/event-parser.ts'
import type { Catalogue } from '../../core/event/role-catalogue.ts'
import { kinds } from '../../targets/index.ts'
import { type ChangeNames, cut, namesIn } from './change-names.ts'
import { eventOf, whoOf } from './change-rows.ts'
import { type GroupedLetter, groupOf, heldGroups } from './held-groups.ts'
import { holdCommands, mendOfAll } from './mend-commands.ts'
import type { FailureGroup, HeldChanges } from './page-source.ts'

/** A message on the dead-letter queue, as far as it can be read. */
export interface ReadLetter
  extends Pick<LetterFacts, 'reason' | 'attributes'>,
    Pick<GroupedLetter, 'burst' | 'owners'> {
  readonly messageId: string
  readonly names: ChangeNames
  readonly detail: string
  readonly body: string
  /** When it became a dead letter, in milliseconds since 1970. */
  readonly at: number
}

/** The most bytes of a body to show. */
const mostOfBody = 4096

/** What the page reads of a dead letter. */
type LetterText = Pick<DeadLetter, 'messageId' | 'body' | 'sentAt' | keyof LetterFacts>

/** Reads a letter. */
export type ReadLetterText = (letter: LetterText) => ReadLetter

/** Creates the reader of letters. The catalogue says which changes are withdrawals. */
export function createLetterReader(catalogue: Catalogue): ReadLetterText {
  const parse = createEventParser(kinds, catalogue)
  return ({ messageId, body, sentAt, reason, attributes, trail }) => {
    const parsed = parse(body, sentAt)
    return {
      ...{ messageId, reason, attributes, names: namesIn(body, sentAt), body: cut(body, mostOfBody) },
      ...{ at: diedAt({ trail, sentAt }), detail: cut(trail?.detail ?? '', 500) },
      ...(reason === 'held' &&
        groupOf(attributes.guard ?? '', parsed.ok ? parsed.change : undefined, trail?.detail)),
    }
  }
}

/** The most groups, and the most letters of a group to name: dead ones, and held ones. */
const [mostGroups, mostNamed, mostHeld] = [12, 5, 50]

const rowsOf = (letters: readonly ReadLetter[], most: number): FailureGroup['rows'] =>
  letters.slice(0, most).map(({ names }) => ({ id: names.id, event: eventOf(names), who: whoOf(names) }))

/** Letters by cause: the same reason and the same detail. `options` ends each command. */
export function failureGroups(letters: readonly ReadLetter[], options = ''): FailureGroup[] {
  const groups = Map.groupBy(letters, ({ reason, detail }) => JSON.stringify([reason, detail]))
  return [...groups.values()]
    .toSorted((one, other) => other.length - one.length)
    .slice(0, mostGroups)
    .map(those => {
      const { reason, detail } = those[0]!
      const newest = those.toSorted((one, other) => other.at - one.at)
      return {
        reason,
        detail,
        count: those.length,
        rows: rowsOf(newest, mostNamed),
        ...mendOfAll(reason, options),
      }
    })
}

/** Held letters by guard and sender, bursts by scope and role as well, owners by these alone. `options` ends each command. */
export function heldChanges(letters: readonly ReadLetter[], options = ''): HeldChanges[] {
  const oldest = letters
    .toSorted((one, other) => one.at - other.at)
    .map(letter => {
      const { guard = '', sender = '' } = letter.attributes
      return { ...letter, guard, sender, member: letter.names.member }
    })
  return heldGroups(oldest)
    .slice(0, mostGroups)
    .map(({ guard, sender, burst, owners, people, letters: those }) => ({
      ...{ guard: cut(guard), sender: cut(sender), ...(burst ?? owners ?? { scope: '', role: '' }) },
      ...{ people, letters: those.length, since: those[0]!.at, detail: those[0]!.detail },
      ...{ rows: rowsOf(those, mostHeld), commands: holdCommands(guard, sender, options) },
    }))
}
