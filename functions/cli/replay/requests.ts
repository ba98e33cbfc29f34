import type { Desired } from '../../core/desired.ts'
import type { ParsedEvent } from '../../core/event.ts'
import type { PlannedLetter } from '../../core/plan.ts'
import type { LedgerStore } from '../../core/ports.ts'
import type { Target } from '../../targets/target.ts'
import { type Planned, rehearse } from '../dry-run.ts'

/** What a letter that is applied would be sent as, and what of it would be new. */
export interface Prepared extends Planned {
  /** What the ledger says is applied now; absent where nothing is. */
  readonly applied?: Desired
  readonly desired: Desired
}

/** Prepares the requests of a plan while it is made. */
export function prepareRequests(ledger: Pick<LedgerStore, 'read'>, targets: ReadonlyMap<string, Target>) {
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
      if (verdict !== 'apply' || !parsed.ok) return
      const { change } = parsed
      const before = applied.get(change.member)
      const planned = await rehearse(targets.get(change.target) as Target, change)
      prepared.set(messageId, { ...planned, ...(before && { applied: before }), desired: change.desired })
    },
    /** By message id. */
    prepared: prepared as ReadonlyMap<string, Prepared>,
  }
}
