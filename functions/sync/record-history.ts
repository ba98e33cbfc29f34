import { BoundedMap } from '../core/bounded-map.ts'
import { endItem, type HistoryItem, proofItem, type Settled } from '../core/history/history-item.ts'
import type { Applied } from '../core/ledger/ledger-entry.ts'
import type { LedgerStore } from '../core/ports.ts'
import { messageRetentionMs } from '../core/sqs-limits.ts'
import type { SyncWorld } from './sync-world.ts'

/** The history of one instance (functions/README.md#the-record). */
export interface HistoryRecorder {
  /** The ledger, which takes a lease over an `applied` only once the item of that proof is written. */
  readonly ledger: LedgerStore
  /**
   * Writes the items of messages that ended. Resolves to the ids of the messages with an item that is not written: they must stay on
   * the queue. Never rejects.
   */
  readonly record: (settled: readonly Settled[]) => Promise<ReadonlySet<string>>
}

/** The history did not take a proof, so no lease was taken over it. */
export class HistoryUnavailable extends Error {
  override name = 'HistoryUnavailable'
}

/** For how many members an instance remembers which proof is written. */
const mostRemembered = 2000

/** Creates the recorder. Without a history it writes nothing. */
export function createHistoryRecorder(world: SyncWorld): HistoryRecorder {
  const { ledger, history, hash, now, telemetry } = world
  if (!history) return { ledger, record: async () => new Set() }
  const { store, keepMs } = history
  /** By member: the message of the proof that is written. */
  const written = new BoundedMap<string, string>(mostRemembered)
  const expiry = (from: number) => (keepMs === 0 ? undefined : Math.ceil((from + keepMs) / 1000))

  const ensure = async (member: string, applied: Applied): Promise<void> => {
    const refused = (cause?: unknown): never => {
      throw new HistoryUnavailable('the history does not take the proof that a change is to replace', {
        cause,
      })
    }
    if ((await store.put([proofItem(member, applied, hash)]).catch(refused)).length > 0) refused()
    written.set(member, applied.message)
  }

  /** The item of the proof itself, and of the one that it replaced. */
  const proofItems = ({ named, verdict }: Settled): HistoryItem[] => {
    if (verdict.kind === 'dead' || !verdict.proof) return []
    const { proof, replaced } = verdict
    const member = named.member as string
    return [
      proofItem(member, proof, hash),
      ...(replaced ? [proofItem(member, replaced, hash, expiry(proof.at))] : []),
    ]
  }

  const record = async (all: readonly Settled[]): Promise<Set<string>> => {
    const failed = new Set<string>()
    const trouble = (error: unknown) =>
      telemetry.trouble(
        'history not written; the messages stay on the changes queue and will be retried',
        error,
      )
    const proofs = all.map(settled => ({ settled, items: proofItems(settled) }))
    const putProofs = async () => {
      const items = proofs.flatMap(one => one.items)
      if (items.length === 0) return
      const left = await store.put(items).catch(error => {
        trouble(error)
        return items
      })
      for (const one of proofs) {
        const { message, named } = one.settled
        if (one.items.some(item => left.includes(item))) failed.add(message.id)
        else if (one.items[0]) written.set(named.member as string, one.items[0].message)
      }
    }
    const putEnd = async (settled: Settled) => {
      const at = now()
      try {
        await store.putIfAbsent(endItem(settled, at, hash, expiry(at)))
      } catch (error) {
        trouble(error)
        failed.add(settled.message.id)
      }
    }
    const ends = proofs.filter(({ items }) => items.length === 0).map(({ settled }) => putEnd(settled))
    await Promise.all([putProofs(), ...ends])
    return failed
  }

  return {
    record,
    ledger: {
      read: ledger.read,
      write: async entry => {
        const { member, lease, applied } = entry
        const isOpen = lease && applied && written.get(member) !== applied.message
        if (isOpen && now() - applied.at < messageRetentionMs) await ensure(member, applied)
        return ledger.write(entry)
      },
    },
  }
}
