import type { Desired } from '../../core/desired.ts'
import type { ParsedEvent } from '../../core/event.ts'
import type { PlannedLetter } from '../../core/plan.ts'
import type { LedgerStore } from '../../core/ports.ts'
import type { Target } from '../../targets/target.ts'
import { type Planned, rehearse } from '../dry-run.ts'
import type { AskHolds } from '../holds.ts'
import type { Holds } from '../holds-words.ts'

/** What a letter that is applied would be sent as, and what of it would be new. */
export interface Prepared extends Planned {
  /** What the ledger says is applied now; absent where nothing is. */
  readonly applied?: Desired
  readonly desired: Desired
  /** What the target itself shows, where it was asked. */
  readonly holds?: Holds
}

/** Prepares the requests of a plan while it is made; with `ask` the targets are asked, too, what members hold. */
export function prepareRequests(
  ledger: Pick<LedgerStore, 'read'>,
  targets: ReadonlyMap<string, Target>,
  ask?: AskHolds,
) {
  const applied = new Map<string, Desired | undefined>()
  const prepared = new Map<string, Prepared>()
  return {
    /** The ledger, overheard. */
    ledger: {
      read: async (member: string) => {
        const entry = await ledger.read(member)
        applied.set(member, entry?.applied?.desired)
        return entry
      },
    },
    /** To be told each planned letter. */
    prepare: async ({ verdict, messageId }: PlannedLetter, parsed: ParsedEvent): Promise<void> => {
      if (verdict !== 'apply' || !parsed.ok || !parsed.change) return
      const { change } = parsed
      const before = applied.get(change.member)
      const target = targets.get(change.target) as Target
      const planned = await rehearse(target, change)
      prepared.set(messageId, {
        ...planned,
        ...(before && { applied: before }),
        desired: change.desired,
        ...(ask && { holds: await ask(target, change.member, planned) }),
      })
    },
    /** By message id. */
    prepared: prepared as ReadonlyMap<string, Prepared>,
  }
}
