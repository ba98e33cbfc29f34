import type { Change } from '../../functions/core/event/event.ts'
import type { Telemetry } from '../../functions/core/ports.ts'
import type { Instance } from './lambda.ts'
import type { Received } from './queue.ts'
import type { Site } from './site.ts'

/** The telemetry of one instance, told to the observer. `begin` starts an invocation. */
export function createWitness(
  { observer, table, history, topic, shadows, changeOf, lookupOf, people }: Site,
  { name }: Instance,
  inHand: ReadonlyMap<string, Received>,
): { readonly telemetry: Telemetry; readonly begin: () => void } {
  const lastTried = new Map<string, Change>()
  const changeIn = (messageId: string) => changeOf(inHand.get(messageId)?.stored.body ?? '')

  const tried = (change: Change | undefined) => {
    if (!change) return observer.violate('20 what is re-asserted is the newest', '?', 'a forgery is tried')
    observer.attempted(lastTried.get(change.member), change)
    lastTried.set(change.member, change)
  }

  const telemetry: Telemetry = {
    attempt: ({ messageId, event, effect, cause = '', detail = '', member, restoring }) => {
      observer.logged(`${event} ${detail}`, member ?? '?')
      observer.note(member ?? '?', `${name} ${messageId} ${event} ${effect} ${cause}`)
      const change = changeIn(messageId)
      if (change && effect === 'refused' && !restoring) {
        observer.refused(inHand.get(messageId)?.stored.body ?? '', cause, change)
      }
      tried(change)
    },
    search: record => observer.logged(JSON.stringify(record), record.scope),
    outcome: record => {
      const received = inHand.get(record.messageId) as Received
      history.told(record)
      topic.told(record)
      if (record.calls !== undefined && record.outcome !== 'shadow') tried(changeIn(record.messageId))
      const lookup = lookupOf(received.stored.body)
      if (lookup) people.ended(record, received, lookup)
      const entry = table.entries.get(record.member ?? '')
      shadows.ended(record, received, entry)
      observer.outcome(record, received, changeIn(record.messageId), entry)
    },
    retry: ({ messageId, event, seconds, cause, member }) => {
      observer.note(member ?? '?', `${name} ${messageId} ${event} again in ${seconds} s: ${cause}`)
      // The causes of all else lie outside: this one is a mistake of the code, which trying again would hide.
      if (cause === 'internal_error') observer.violate('11 no error of its own', member ?? '?', messageId)
    },
    trouble: (what, error) => observer.logged(`${what} ${error}`, '?'),
  }
  return { telemetry, begin: () => lastTried.clear() }
}
