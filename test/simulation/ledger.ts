import type { Applied, Entry } from '../../functions/core/ledger/ledger-entry.ts'
import type { LedgerStore } from '../../functions/core/ports.ts'
import type { Clock } from './clock.ts'
import type { Instance } from './lambda.ts'
import type { Random } from './random.ts'
import { callRemote } from './remote.ts'
import type { Faults } from './scenario.ts'

/** The table: compare-and-set on `rev`, strongly consistent reads; silent and throttled as the scenario says. */
export function createTable(
  clock: Clock,
  { ledgerSilent: silent, ledgerThrottled: throttled }: Faults,
  onStored: (before: Entry | undefined, entry: Entry) => void = () => undefined,
) {
  const entries = new Map<string, Entry>()
  const proofs = new Map<string, Applied[]>()

  const write = (entry: Entry): 'stored' | { conflict: Entry | undefined } => {
    const there = entries.get(entry.member)
    if ((there?.rev ?? 0) !== entry.rev - 1) return { conflict: there }
    entries.set(entry.member, entry)
    onStored(there, entry)
    if (entry.applied && entry.applied.message !== there?.applied?.message)
      proofs.set(entry.member, [...(proofs.get(entry.member) ?? []), entry.applied])
    return 'stored'
  }

  return {
    entries,
    /** Every proof that it ever had, by member. */
    proofs,
    /** The table as one instance sees it. */
    seenBy: (instance: Instance, random: Random): LedgerStore => {
      const call = <T>(work: () => T) => callRemote(clock, instance, random, { silent, throttled }, work)
      return {
        read: member => call(() => entries.get(member)),
        write: entry => call(() => write(entry)),
      }
    },
  }
}
