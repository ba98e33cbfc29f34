import type { Delivery } from '../core/event/by-member.ts'
import { readReassertion } from '../core/event/reassertion.ts'
import type { Message } from '../core/event/sqs-message.ts'
import type { Decided } from './end-without-attempt.ts'
import type { PersonDelivery } from './person-messages.ts'
import type { ReassertMessage } from './reassertions.ts'
import type { SyncWorld } from './sync-world.ts'

/** Reads the messages of a batch: what each asks for, or why it is refused. */
export function readBatch(messages: readonly Message[], { parse, now, reassertions: link }: SyncWorld) {
  const deliveries: Delivery[] = []
  const reassertions: ReassertMessage[] = []
  const people: PersonDelivery[] = []
  const refused: Decided[] = []
  for (const message of messages) {
    const claimed = link && readReassertion(message.body, now())
    if (claimed?.ok) {
      reassertions.push({ message, claimed })
      continue
    }
    const parsed = claimed ?? parse(message.body, now())
    const { named } = parsed
    if (parsed.ok) {
      if (parsed.change) deliveries.push({ message, named, change: parsed.change })
      else people.push({ message, named, lookup: parsed.lookup })
    } else {
      const { reason, detail, version } = parsed
      const { member } = named
      refused.push({
        ...{
          message,
          named,
          verdict: { kind: 'dead', letter: { reason, detail: message.problem ?? detail } },
        },
        ...(version && { version, ...(member !== null && { refused: { member, version } }) }),
      })
    }
  }
  return { deliveries, people, refused, reassertions }
}
