import { backoffMs } from '../core/backoff.ts'
import type { Effect } from '../core/effect.ts'
import type { Named } from '../core/event.ts'
import { soughtIn } from '../core/findings.ts'
import { inGrace, isReplay, type Message } from '../core/message.ts'
import { eventOfMember, type Lookup } from '../core/person.ts'
import type { Progress } from '../core/ports.ts'
import { type Begun, begin, none, progressAfter } from '../core/progress.ts'
import { type AgainCause, isGivenUp, type Verdict, wasTried } from '../core/verdict.ts'
import { findPeople, type People } from './find.ts'
import { forgiving } from './memory.ts'
import type { Link, World } from './world.ts'

/** A message that holds a valid event which names a person. */
export interface PersonDelivery {
  readonly message: Message
  readonly named: Named
  readonly lookup: Lookup
}

/** What became of one of them. */
export interface SettledPerson {
  readonly delivery: PersonDelivery
  readonly verdict: Verdict
}

/**
 * Settles the deliveries of a batch that name people: each person's members are found, one event for each goes to the changes
 * queue, and the original is finished. Never rejects.
 */
export async function settlePeople(
  deliveries: readonly PersonDelivery[],
  world: World,
  deadline: number,
): Promise<SettledPerson[]> {
  if (deliveries.length === 0) return []
  try {
    const tried = await Promise.all(deliveries.map(delivery => beginOne(delivery, world)))
    const at = world.now()
    const people = await findPeople(
      tried.map(({ lookup }) => lookup),
      world,
      deadline,
    )
    return await Promise.all(
      tried.map(async one => ({
        delivery: one.delivery,
        verdict: await settle(one, people, at, world),
      })),
    )
  } catch (error) {
    world.telemetry.trouble('looking for people failed: their messages go again', error)
    return deliveries.map(delivery => ({
      delivery,
      verdict: again(delivery.message, 'internal_error', world),
    }))
  }
}

/** One delivery, and what is left of it after the attempts before. */
interface Tried extends Pick<Begun, 'settled'> {
  readonly delivery: PersonDelivery
  readonly progress: Progress
  /** With the scopes that are left. */
  readonly lookup: Lookup
}

async function beginOne(delivery: PersonDelivery, world: World): Promise<Tried> {
  const { message, lookup } = delivery
  const known = message.receives > 1 ? await forgiving(world).progress(message.id) : undefined
  const progress = known ?? none
  const final = isReplay(message) ? 0 : message.sentAt + world.rules.notFoundGraceMs
  const { settled, left } = begin(lookup.scopes, progress, final)
  return { delivery, progress, settled, lookup: { ...lookup, scopes: left } }
}

async function settle(
  { delivery: { message }, progress, settled, lookup }: Tried,
  { keyOf, findingsOf }: People,
  at: number,
  world: World,
): Promise<Verdict> {
  const { now, queues, rules, telemetry } = world
  const findings = findingsOf(lookup)
  const sought = soughtIn([...settled, ...findings])
  if (sought.kind === 'ambiguous') return dead('person_ambiguous', sought.detail)

  const { members, told, missing, unread } = sought
  try {
    if (members.length > 0) await queues.enqueue(members.map(bodyOf))
  } catch (error) {
    telemetry.trouble('the events of a person could not be enqueued: the original goes again', error)
    return again(message, 'enqueue_failed', world)
  }
  const verdict = verdictOf()
  if (verdict.kind === 'again') {
    await forgiving(world).keepProgress(message.id, progressAfter(progress, findings, at))
  }
  return verdict

  function verdictOf(): Verdict {
    if (unread) return unreadVerdict(unread)
    if (missing !== undefined && inGrace(message, now(), rules.notFoundGraceMs)) {
      return again(message, 'person_not_found', world)
    }
    const events = told.length + members.length
    if (events === 0) return dead('person_not_found', `no member has this e-mail address in ${missing}`)
    const elsewhere = missing === undefined ? {} : { detail: `not in ${missing}` }
    return { kind: 'done', outcome: 'resolved', events, ...elsewhere }
  }
  function bodyOf(member: string): string {
    const { target } = world.targets.get(member.split('/')[0] as string) as Link
    return eventOfMember(lookup, member, target.naming(member), keyOf(lookup.email), world.hash)
  }
  function unreadVerdict(effect: Effect): Verdict {
    if (effect.kind === 'proven' || effect.kind === 'refused') {
      throw new Error(`a list that was not read: ${effect.kind}`)
    }
    const { cause, detail } = effect
    if (wasTried(cause) && isGivenUp(message, now(), rules)) return dead('gave_up', `${cause}: ${detail}`)
    return again(message, cause, world, effect.delayMs)
  }
}

const again = ({ receives }: Message, cause: AgainCause, { random, rules }: World, askedMs = 0): Verdict => ({
  kind: 'again',
  afterMs: backoffMs(receives, askedMs, random(), rules),
  cause,
})

const dead = (reason: 'person_ambiguous' | 'person_not_found' | 'gave_up', detail: string): Verdict => ({
  kind: 'dead',
  letter: { reason, detail },
})
