import type { Change } from '../../functions/core/event/event.ts'
import { compareVersions } from '../../functions/core/event/version.ts'
import type { Entry } from '../../functions/core/ledger/ledger-entry.ts'
import type { OutcomeRecord } from '../../functions/core/ports.ts'
import { memberNames } from './events.ts'
import type { Queue, Received, Stored } from './queue.ts'
import type { Scenario } from './scenario.ts'
import { isNamed } from './senders.ts'

/** What shadow mode is judged by. */
interface Judged {
  readonly scenario: Scenario
  readonly queue: Queue
  readonly changeOf: (body: string) => Change | undefined
  readonly violate: (invariant: string, member: string, detail: string) => void
}

const invariant = '20 a shadow writes nothing'

/** Whether a message's change is shadowed: it comes from the named sender. */
export const isShadowed = ({ shadowed }: Scenario, stored: Stored): boolean =>
  shadowed !== undefined && isNamed(stored)

/** The members with a guard in shadow mode: the first ones of a scenario. */
export const triedMembers = (scenario: Scenario): string[] =>
  memberNames(scenario).slice(0, scenario.shadowed?.members ?? 0)

/** Watches that nothing of a shadowed sender is written, and that guards in shadow mode hold nothing and say what they would hold. */
export function createShadowWatch({ scenario, queue, changeOf, violate }: Judged) {
  const tried = new Set(triedMembers(scenario))
  const sentAs = (id: string) => queue.sent().find(each => each.id === id)

  return {
    /** A step of the ledger is stored. */
    stored: (before: Entry | undefined, { member, applied, lease }: Entry) => {
      if (!scenario.shadowed) return
      if (lease && lease.holder !== before?.lease?.holder) {
        const sent = queue.sent().filter(({ body }) => {
          const change = changeOf(body)
          return change?.member === member && change.version.id === lease.event
        })
        if (sent.every(isNamed)) violate(invariant, member, `${lease.event} is written`)
      }
      if (!applied || applied.message === before?.applied?.message) return
      const stored = sentAs(applied.message)
      if (stored && isShadowed(scenario, stored)) violate(invariant, member, `${applied.event} is applied`)
      const expected = tried.has(member) ? 'protected' : undefined
      // A list that could not be read says nothing of a person.
      const mayBeUnread = scenario.shadowed.byPerson && expected ? [undefined] : []
      const mayHold = [
        ...['burst', expected],
        ...(scenario.owners && !expected ? ['last_owner'] : mayBeUnread),
      ]
      if (!mayHold.includes(applied.wouldHold))
        violate(invariant, member, `${applied.event} says that ${applied.wouldHold} would hold it`)
    },
    /** A message ends. */
    ended: (
      { outcome, messageId, member, reason }: OutcomeRecord,
      { stored, at }: Received,
      entry: Entry | undefined,
    ) => {
      if (!scenario.shadowed) return
      const wrong = (why: string) => violate(invariant, member ?? '?', `${messageId} ${why}`)
      if (outcome === 'held') wrong('is held by a guard in shadow mode')
      const change = changeOf(stored.body)
      if (!change) return
      if (!isShadowed(scenario, stored)) return outcome === 'shadow' ? wrong('is shadowed') : undefined
      if (!['shadow', 'superseded', 'duplicate'].includes(outcome)) wrong(`is ${outcome} ${reason ?? ''}`)
      const { applied } = entry ?? {}
      const isOlder = applied && compareVersions(applied.version, change.version) >= 0
      if (outcome === 'shadow' && isOlder && applied.at < at - skewMs)
        wrong(`is shadowed though ${applied.event} was applied before`)
    },
  }
}

/** The clocks of instances differ so far, in milliseconds. */
const skewMs = 2000

export type ShadowWatch = ReturnType<typeof createShadowWatch>
