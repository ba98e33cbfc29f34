import type { Delivery } from '../core/event/by-member.ts'
import type { Change } from '../core/event/event.ts'
import type { ReadReassertion } from '../core/event/reassertion.ts'
import type { Message } from '../core/event/sqs-message.ts'
import type { Entry } from '../core/ledger/ledger-entry.ts'
import { isApplied } from '../core/ledger/open-entry.ts'
import { backoffMs } from '../core/outcome/retry-delay.ts'
import { doneBy, type RetryCause, type Verdict } from '../core/outcome/verdict.ts'
import type { UpdateEntry } from './conditional-write.ts'
import type { Decided } from './end-without-attempt.ts'
import type { SyncWorld } from './sync-world.ts'

/** A message that claims to be a re-assertion. */
export interface ReassertMessage {
  readonly message: Message
  readonly claimed: Extract<ReadReassertion, { ok: true }>
}

/**
 * Makes changes of re-assertions (functions/README.md#re-assertions): each signature is verified, and the states are those of the ledger.
 * `ended`: those that are none now. Never rejects. `until` is as for `UpdateEntry`.
 */
export async function resolveReassertions(
  all: readonly ReassertMessage[],
  world: SyncWorld,
  update: UpdateEntry,
  until: number,
): Promise<{ readonly deliveries: readonly Delivery[]; readonly ended: readonly Decided[] }> {
  const resolved = await Promise.all(
    all.map(async each => ({ ...each, found: await resolve(each, world, update, until) })),
  )
  const deliveries: Delivery[] = []
  const ended: Decided[] = []
  for (const { message, claimed, found } of resolved) {
    const { named, reassertion } = claimed
    if ('kind' in found) ended.push({ message, named, verdict: found, version: reassertion.version })
    else deliveries.push({ message, named, change: found })
  }
  return { deliveries, ended }
}

async function resolve(
  { message, claimed }: ReassertMessage,
  { reassertions, targets, telemetry, random, rules }: SyncWorld,
  update: UpdateEntry,
  until: number,
): Promise<Change | Verdict> {
  const { named, signed, signature } = claimed
  const { member, version, expires, by, plan } = claimed.reassertion
  const again = (cause: RetryCause): Verdict => ({
    ...{ kind: 'retry', afterMs: backoffMs(message.receives, 0, random(), rules), cause },
  })
  const refused = (detail: string): Verdict => ({
    ...{ kind: 'dead', letter: { reason: 'invalid_event', detail } },
  })

  const isGenuine = await reassertions?.verify(signed, signature).catch(() => undefined)
  if (isGenuine === undefined) return again('key_unavailable')
  if (!isGenuine) return refused('data.signature: is not by the reassert function of this stage')
  const target = named.target as string
  if (!targets.has(target)) return refused('data.member: must be a member of a target of this stage')
  const seen = (entry: Entry | undefined) => ({ kind: 'seen' as const, applied: entry?.applied })
  try {
    const { applied } = await update(member, seen, until)
    if (!isApplied(applied, version)) return doneBy({ kind: 'not_applied', by: applied })
    const { desired, role } = applied
    const withdraws = reassertions?.withdrawalOf({ member, desired, role })
    return {
      ...{ target, member, desired, version, reasserts: { expires, by, plan } },
      ...(role !== undefined && { role }),
      ...(withdraws && { withdraws }),
    }
  } catch (error) {
    telemetry.trouble('attempt failed; the message will be retried', error)
    return again('ledger_unavailable')
  }
}
