import type { Delivery } from '../core/event/by-member.ts'
import { isFence } from '../core/event/event.ts'
import { shadowFacts } from '../core/guard/shadow.ts'
import { asObject } from '../core/json.ts'
import { changesOf, type Desired } from '../core/ledger/desired-state.ts'
import { endedLetter } from '../core/ledger/ended-messages.ts'
import type { Attempt, Entry } from '../core/ledger/ledger-entry.ts'
import { finish } from '../core/ledger/open-entry.ts'
import type { Effect } from '../core/outcome/effect.ts'
import { backoffMs } from '../core/outcome/retry-delay.ts'
import { type AttemptFacts, doneBy, type Verdict } from '../core/outcome/verdict.ts'
import { scopeOf } from '../core/people/person-event.ts'
import type { Reading } from '../targets/target.ts'
import { heldInShadow, holding } from './guarded-delivery.ts'
import { holdBack } from './hold-back.ts'
import type { SyncWorld, TargetBatch } from './sync-world.ts'
import { watched } from './traced-http.ts'

/** Whether a change is shadowed as a whole: its sender is named for its target. */
export const isShadowed = (
  { message: { sender = '' }, change }: Delivery,
  { guards }: Pick<SyncWorld, 'guards'>,
): boolean => guards?.isShadowed?.(change.target, sender) ?? false

/**
 * Ends a shadowed change (functions/README.md#shadow-mode): nothing is written, neither to the target nor to the ledger. A read that fails is
 * retried for a while. Rejects with `LedgerUnavailable`.
 */
export async function shadow(delivery: Delivery, batch: TargetBatch): Promise<Verdict> {
  const { message, change } = delivery
  const { target, world, update, deadline } = batch
  const { member, version, desired } = change
  const self = { message: message.id, version, desired, isFence: isFence(change) }
  const found = await update(member, entry => standing(entry, self), deadline)
  if (found.kind === 'finished') return doneBy(found)
  if (found.kind === 'ended') return { kind: 'dead', letter: found.letter }

  const { shown, retry, detail, attempt } = await look(delivery, batch)
  if (retry && world.now() - message.firstReceivedAt < world.rules.notFoundGraceMs) return retry
  const wouldHold = await holding(await heldInShadow(delivery, world), delivery, batch)
  const written = asObject(target.request(member, desired).body) as Desired
  const facts = shadowFacts(wouldHold, shown, state => changesOf(state, written).length === 0)
  return {
    ...{ kind: 'done', outcome: 'shadow', shadow: facts },
    ...(detail !== undefined && { detail }),
    ...(attempt && { attempt }),
  }
}

/** How a shadowed change stands to its member: the first two rules of `open`. */
function standing(
  entry: Entry | undefined,
  self: Pick<Attempt, 'version' | 'desired' | 'message' | 'isFence'>,
) {
  const { entry: _, ...finished } = finish(entry, self) ?? {}
  if ('kind' in finished) return finished
  const letter = endedLetter(entry, self.message)
  return letter ? { kind: 'ended' as const, letter } : { kind: 'open' as const }
}

/** What a look at the target found. All absent if the target has no read. */
interface Look {
  readonly shown?: Desired | 'absent'
  readonly retry?: Verdict
  /** Why the state is not known. */
  readonly detail?: string
  readonly attempt?: AttemptFacts
}

/** Reads the member at the target, at its pace. */
async function look(delivery: Delivery, batch: TargetBatch): Promise<Look> {
  const { target, breaker, http, world, deadline } = batch
  const { message, change } = delivery
  const { now, random, rules } = world
  const { read } = target
  if (!read) return {}
  const blocked = await holdBack(delivery, batch)
  if (blocked) return { retry: blocked, detail: 'the member was not read: calls to its target pause' }

  const start = now()
  const way = watched(http(deadline), message.body, random)
  let reading: Reading = { kind: 'unread', detail: 'calls to its target pause' }
  const effect = await breaker.run(scopeOf(change.member), async (): Promise<Effect> => {
    reading = await read(change.member, way.http)
    return (reading.kind === 'unread' && reading.effect) || { kind: 'proven', status: 200 }
  })
  const { calls, spanId } = way.facts()
  const attempt = { durationMs: now() - start, calls, ...(spanId !== undefined && { spanId }) }
  return { attempt, ...seen(reading), ...retryAfter(effect) }

  function retryAfter(failed: Effect): Pick<Look, 'retry'> {
    if (failed.kind !== 'deferred' && failed.kind !== 'unknown') return {}
    const { cause, detail, delayMs = 0 } = failed
    const afterMs = backoffMs(message.receives, delayMs, random(), rules)
    return { retry: { kind: 'retry', afterMs, cause, detail } }
  }
}

function seen(reading: Reading): Pick<Look, 'shown' | 'detail'> {
  switch (reading.kind) {
    case 'holds':
      return { shown: reading.state }
    case 'absent':
      return { shown: 'absent' }
    case 'unread':
      return { detail: `the member was not read: ${reading.detail}` }
    default:
      return reading satisfies never
  }
}
