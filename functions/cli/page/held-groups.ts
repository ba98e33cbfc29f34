import type { GuardName } from '../../core/dead-letter/reason.ts'
import type { Change } from '../../core/event/event.ts'
import type { Withdrawal } from '../../core/event/role-catalogue.ts'
import { ownersIn } from '../../core/guard/last-owner.ts'

/** What a held letter says of the group that it belongs to. */
export interface GroupedLetter {
  /** A name of a guard, or empty. */
  readonly guard: string
  /** Who sent the change, as verified. Empty if nobody knows. */
  readonly sender: string
  readonly member: string | null
  /** The scope and the role of the burst that it is part of. */
  readonly burst?: Withdrawal
  /** The scope and the role of the owners of whom too few would be left. */
  readonly owners?: Withdrawal
}

/** The held changes of one guard and one sender; of bursts, those of one scope and one role; of owners these too, of all senders. */
export interface HeldGroup<Letter> extends Pick<GroupedLetter, 'guard' | 'sender' | 'burst' | 'owners'> {
  /** How many members. */
  readonly people: number
  readonly letters: readonly Letter[]
}

const [burstGuard, ownerGuard]: readonly GuardName[] = ['burst', 'last_owner']

/** The burst of a held change, or the owners, if these are why it is held. `detail` is that of the letter. */
export function groupOf(
  guard: string,
  change: Pick<Change, 'withdraws'> | undefined,
  detail = '',
): Pick<GroupedLetter, 'burst' | 'owners'> {
  if (guard === burstGuard && change?.withdraws) return { burst: change.withdraws }
  const owners = guard === ownerGuard ? ownersIn(detail) : undefined
  return owners ? { owners } : {}
}

/** Groups held letters. Groups and letters keep the order of `letters`. */
export function heldGroups<Letter extends GroupedLetter>(letters: readonly Letter[]): HeldGroup<Letter>[] {
  const senderIn = ({ sender, owners }: Letter) => (owners ? '' : sender)
  const keyOf = (letter: Letter) => {
    const of = letter.burst ?? letter.owners
    return JSON.stringify([letter.guard, senderIn(letter), of?.scope, of?.role])
  }
  return [...Map.groupBy(letters, keyOf).values()].map(those => {
    const { guard, burst, owners } = those[0]!
    const people = new Set(those.map(({ member }) => member)).size
    const group = { guard, sender: senderIn(those[0]!), ...(burst && { burst }), ...(owners && { owners }) }
    return { ...group, people, letters: those }
  })
}
