import type { Delivery } from '../core/event/by-member.ts'
import { isFence } from '../core/event/event.ts'
import { inGrace } from '../core/event/sqs-message.ts'
import { proofFacts } from '../core/history/history-item.ts'
import { type Closed, close, closeRestored } from '../core/ledger/close-entry.ts'
import type { Desired } from '../core/ledger/desired-state.ts'
import type { Attempt, LedgerRules } from '../core/ledger/ledger-entry.ts'
import { open } from '../core/ledger/open-entry.ts'
import { causeOf, type Effect, type Refused, withinGrace } from '../core/outcome/effect.ts'
import { backoffMs, busyMs } from '../core/outcome/retry-delay.ts'
import { doneBy, givenUpAt, type Verdict } from '../core/outcome/verdict.ts'
import { scopeOf } from '../core/people/person-event.ts'
import type { AttemptRecord } from '../core/ports.ts'
import { redact } from '../core/redact.ts'
import { guardedOf, openGuarded } from './guarded-delivery.ts'
import { forgetGone } from './known-places.ts'
import { keepEnd } from './schedule-changes.ts'
import type { Rules, SyncWorld, TargetBatch } from './sync-world.ts'
import { watched } from './traced-http.ts'

/** Until when an invocation speaks to the ledger: what is left of its closing time is for letters and delays. */
export const closingEnds = (deadline: number, { closingMs }: Pick<Rules, 'closingMs'>): number =>
  deadline + closingMs / 2

/**
 * One attempt to make a change true: open the ledger entry, send, close the entry. Rejects when the ledger
 * gives no clear answer. Nothing is sent without a lease.
 */
export async function attempt(delivery: Delivery, batch: TargetBatch): Promise<Verdict> {
  const { target, breaker, http: httpUntil, world, update, deadline } = batch
  const { message, named, change } = delivery
  const { member, version, desired } = change
  const { now, random, rules } = world
  const ledgerRules: LedgerRules = { ...rules, repeatable: target.repeatable }
  const http = httpUntil(deadline)
  const closeBy = closingEnds(deadline, rules)
  let self: Attempt = {
    event: version.id,
    version,
    desired,
    isFence: isFence(change),
    message: message.id,
    facts: proofFacts(message, change),
    holder: world.newHolder(),
    givenUpAt: givenUpAt(message, rules),
    guarded: await guardedOf(delivery, world),
    reasserts: change.reasserts,
  }
  const { guarded } = self

  const base = { ...named, messageId: message.id, receives: message.receives }
  const recordOf = (effect: Effect, more: Omit<AttemptRecord, keyof typeof base | 'effect'>) => ({
    ...{ ...base, ...more, ...factsOf(effect) },
  })
  const send = async (state: Desired, extra: Pick<AttemptRecord, 'restoring'> = {}) => {
    const start = now()
    const way = watched(http, message.body, random)
    const effect = await breaker.run(scopeOf(member), () => target.apply(member, state, way.http))
    const breakerState = breaker.openFor(scopeOf(member)) > 0 ? { breakerOpen: true as const } : {}
    const more = { durationMs: now() - start, ...way.facts(), ...breakerState, ...extra }
    return { effect, record: recordOf(effect, more) }
  }
  const log = world.telemetry.attempt

  const openAs = (asked: Attempt['guarded']) =>
    update(member, entry => open(entry, member, { ...self, guarded: asked }, now(), ledgerRules), deadline)
  const { opened, wouldHold } = await openGuarded(openAs, guarded, delivery, batch)
  const { facts } = self
  if (wouldHold) self = { ...self, facts: { ...facts, wouldHold } }
  switch (opened.kind) {
    case 'finished':
    case 'not_applied':
    case 'reasserted':
      return doneBy(opened, change.late !== undefined)
    case 'deferred': {
      const { cause, detail, delayMs = 0 } = opened
      const least =
        cause === 'owners_busy' ? busyMs(random()) : backoffMs(message.receives, 0, random(), rules)
      return { kind: 'retry', afterMs: Math.max(least, delayMs), cause, detail }
    }
    case 'held':
    case 'expired':
      return { kind: 'dead', letter: opened.letter }
    case 'ended': {
      const held = opened.letter.reason === 'held' ? guarded?.held : undefined
      return { kind: 'dead', letter: { ...opened.letter, ...(held && { detail: held.detail }) } }
    }
    case 'busy':
      return { kind: 'retry', afterMs: busyMs(random()), cause: 'busy' }
    case 'wait':
      return { kind: 'retry', afterMs: opened.until - now(), cause: 'unanswered_write' }
  }

  const unkept = await keepEnd(delivery, world)
  const { effect: sent, record } = unkept
    ? { effect: unkept, record: recordOf(unkept, { durationMs: 0, calls: 0 }) }
    : await send(desired)
  const effect = inGrace(message, now(), rules.notFoundGraceMs) ? withinGrace(sent) : sent
  if (sent.kind !== 'proven') log(record)
  let closed: Closed | undefined
  try {
    closed = await update(member, entry => close(entry, self, effect, now(), ledgerRules), closeBy)
  } finally {
    // If the ledger has the proof, the outcome's line has the facts of this attempt.
    if (sent.kind === 'proven' && closed?.kind !== 'done') log(record)
  }
  if (change.personKey !== undefined) await forgetGone(change.personKey, member, sent, world)
  if (closed.kind === 'done') {
    const { durationMs, calls, spanId } = record
    const facts = { durationMs, calls, ...(spanId !== undefined && { spanId }) }
    const { replaced, entry } = closed
    if (change.reasserts) return { kind: 'done', outcome: 'reasserted', ...statusOf(effect), attempt: facts }
    return {
      ...{ kind: 'done', outcome: 'applied', ...statusOf(effect), proof: entry.applied, attempt: facts },
      ...(replaced && { replaced }),
      ...(change.late && { detail: 'data.until had passed: the role of data.then took its place at once' }),
    }
  }
  if (closed.kind !== 'restore') return verdictOf(closed, effect, world)

  const { effect: restored, refusal } = await restore(closed, batch, member, async state => {
    const { effect: written, record: second } = await send(state, { restoring: true })
    log(second)
    return written
  })
  const ended = await update(
    member,
    entry => closeRestored(entry, self, refusal, restored, now(), ledgerRules),
    closeBy,
  )
  return verdictOf(ended, restored, world)
}

/**
 * Writes the applied state again, unless that takes a guarded role from the member and too few others have it: then it is not written,
 * and stays as unproven as if the target had refused it.
 */
async function restore(
  { desired, refusal, entry }: Extract<Closed, { kind: 'restore' }>,
  { world, clearDemotion, deadline }: TargetBatch,
  member: string,
  write: (state: Desired) => Promise<Effect>,
): Promise<{ readonly effect: Effect; readonly refusal: Refused }> {
  const owners = world.guards?.owners?.of({ member, desired }) ?? []
  if (owners.length > 0) {
    const cleared = await clearDemotion({ member, owners, rev: entry.rev, isApproved: false }, deadline)
    if ('kind' in cleared) return { effect: cleared, refusal }
    if (cleared.others === 'too_few') {
      const detail = `the applied role is not written again: that ${cleared.detail}; ${refusal.detail}`
      return { effect: refusal, refusal: { ...refusal, detail } }
    }
  }
  return { effect: await write(desired), refusal }
}

/** `last` is the effect of the attempt's last write. */
function verdictOf(
  closed: Exclude<Closed, { kind: 'restore' | 'done' }>,
  last: Effect,
  world: SyncWorld,
): Verdict {
  const { now, random, rules } = world
  switch (closed.kind) {
    case 'lost':
      return { kind: 'retry', afterMs: busyMs(random()), cause: 'lease_lost' }
    case 'dead':
      return { kind: 'dead', letter: closed.letter }
    case 'retry': {
      if (closed.until !== undefined) {
        return { kind: 'retry', afterMs: closed.until - now(), cause: 'unanswered_write' }
      }
      if (last.kind !== 'deferred' && last.kind !== 'unknown') {
        throw new Error(`a message is retried after an effect that ends it: ${last.kind}`)
      }
      const { cause, detail } = last
      const afterMs = backoffMs(closed.entry.failures, last.delayMs ?? 0, random(), rules)
      return { kind: 'retry', afterMs, cause, detail, ...statusOf(last) }
    }
  }
}

const statusOf = ({ status }: Effect) => (status === undefined ? {} : { status })

function factsOf(effect: Effect) {
  const { kind, status } = effect
  if (kind === 'proven') return { effect: kind, status }
  return {
    ...{ effect: kind, ...statusOf(effect), cause: causeOf(effect) },
    detail: redact(effect.detail).slice(0, 500),
    ...(effect.kind === 'unknown' && !effect.answered ? { unanswered: true as const } : {}),
  }
}
