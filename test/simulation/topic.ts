import type { OutcomeEvent } from '../../functions/core/history/outcome-event.ts'
import { canonicalJson } from '../../functions/core/json.ts'
import type { OutcomeRecord, OutcomeTopic } from '../../functions/core/ports.ts'
import type { Clock } from './clock.ts'
import type { Instance } from './lambda.ts'
import type { Observer } from './observer.ts'
import type { Random } from './random.ts'
import { callRemote } from './remote.ts'
import type { Faults } from './scenario.ts'

const invariant = '17 outcomes are told'

/** The topic of outcomes: silent, throttled and partly throttled as the scenario says. It notes which ends it was told of. */
export function createTopic(
  clock: Clock,
  { topicSilent: silent, topicThrottled: throttled }: Faults,
  { violate, logged }: Pick<Observer, 'violate' | 'logged'>,
) {
  /** What the events of an id say of their message. */
  const heard = new Map<string, string>()

  const take = ({ body }: OutcomeEvent) => {
    const { id, type, subject = '?', causationid, data } = JSON.parse(body)
    const says = canonicalJson({ type, subject, causationid, version: data.version })
    if ((heard.get(id) ?? says) !== says)
      violate(invariant, subject, `${id} says ${says} and ${heard.get(id)}`)
    heard.set(id, says)
    logged(body, subject)
  }

  return {
    /** A message ends and is told to the log: the topic was told by then. */
    told: ({ messageId, outcome, member }: OutcomeRecord) => {
      if (!heard.has(`${messageId}/${outcome}`) && !heard.has(`${messageId}/${outcome}/end`))
        violate(invariant, member ?? '?', `${messageId} ended ${outcome} and the topic does not know`)
    },
    /** The topic as one instance sees it. */
    seenBy: (instance: Instance, random: Random): OutcomeTopic => ({
      publish: events =>
        callRemote(clock, instance, random, { silent, throttled }, () => {
          const some = random.chance(throttled) ? random.between(0, events.length - 1) : events.length
          for (const event of events.slice(0, some)) take(event)
          return events.slice(some)
        }),
    }),
  }
}
