import type { GuardName } from '../../core/dead-letter/reason.ts'
import type { Change } from '../../core/event/event.ts'
import type { Withdrawal } from '../../core/event/role-catalogue.ts'

/** What a held letter says of the group that it belongs to. */
export interface GroupedLetter {
  /** A name of a guard, or empty. */
  readonly guard: string
  /** Who sent the change, as verified. Empty if nobody knows. */
  readonly sender: string
  readonly member: string | null
  /** The scope and the role of the burst that it is part of. */
  readonly burst?: Withdrawal
}

/** The held changes of one guard and one sender; of bursts, those of one scope and one role. */
export interface HeldGroup<Letter> extends Pick<GroupedLetter, 'guard' | 'sender' | 'burst'> {
  /** How many members. */
  readonly people: number
  readonly letters: readonly Letter[]
}

const burstGuard: GuardName = 'burst'

/** The burst of a held change, if a burst is why it is held. */
export const burstOf = (guard: string, change: Pick<Change, 'withdraws'> | undefined) =>
  guard === burstGuard && change?.withdraws ? { burst: change.withdraws } : {}

/** Groups held letters. Groups and letters keep the order of `letters`. */
export function heldGroups<Letter extends GroupedLetter>(letters: readonly Letter[]): HeldGroup<Letter>[] {
  const keyOf = ({ guard, sender, burst }: Letter) =>
    JSON.stringify([guard, sender, burst?.scope, burst?.role])
  return [...Map.groupBy(letters, keyOf).values()].map(those => {
    const { guard, sender, burst } = those[0]!
    const people = new Set(those.map(({ member }) => member)).size
    return { guard, sender, ...(burst && { burst }), people, letters: those }
  })
}
