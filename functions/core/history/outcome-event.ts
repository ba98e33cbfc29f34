import { valid } from '../dead-letter/letter-attributes.ts'
import type { Hash } from '../dead-letter/planned-letters.ts'
import { endItem, type HistoryItem, proofItem, type Settled } from './history-item.ts'

/** One message for the topic `outcomes`: a CloudEvent as printable ASCII, and string attributes to filter by. */
export interface OutcomeEvent {
  /** The id of the message that ended. */
  readonly message: string
  readonly body: string
  readonly attributes: Readonly<Record<string, string>>
}

/** The CloudEvents `source` of a stage. That of its re-assertions and accepted drifts is `<source>/drift`. */
export const outcomeSource = (stage: string): string => `//role-sync/${stage}`

/**
 * The outcome of a message that ended, as a CloudEvent (functions/README.md#outcomes-go-out). It says what the history keeps of the end,
 * without the desired state. `now` is in milliseconds since 1970, `stageSource` from `outcomeSource`.
 */
export function outcomeEvent(settled: Settled, stageSource: string, now: number, hash: Hash): OutcomeEvent {
  const { message, named, verdict } = settled
  const proof = verdict.kind === 'done' ? verdict.proof : undefined
  const item = proof ? proofItem(named.member as string, proof, hash) : endItem(settled, now, hash)
  const { outcome, event, source, at } = item
  const attributes = { source, target: named.target, outcome }
  return {
    message: message.id,
    body: asciiJson({
      ...{ specversion: '1.0', type: `role.change.${outcome}.v1`, source: stageSource },
      ...{
        id: [message.id, outcome, ...(item.end ? ['end'] : [])].join('/'),
        time: at,
        subject: named.member ?? undefined,
      },
      ...{ causationid: event, datacontenttype: 'application/json' },
      data: dataOf(item, message.sentAt),
    }),
    attributes: Object.fromEntries(
      Object.entries(attributes).flatMap(([name, value]) => (value ? [[name, valid(value)]] : [])),
    ),
  }
}

/** What `data` says. A field that is not known is absent. */
function dataOf(item: HistoryItem, sentAt: number) {
  const { outcome, reason, guard, status, unproven, by, events, event, source, role } = item
  const { wouldHold, shows, from, time, sequence, end, ends, at } = item
  return {
    ...{ outcome, reason, guard, status, unproven, by, events, wouldHold, shows, event, source, role },
    ...(time !== undefined && { version: { from: from && `${from}Z`, time: `${time}Z`, sequence, end } }),
    ...(ends && { ends: { at: `${ends.at}Z`, role: ends.role } }),
    ...{ sentAt: new Date(sentAt).toISOString(), [outcome === 'applied' ? 'provenAt' : 'endedAt']: at },
  }
}

/** JSON with every character above ASCII escaped: SNS refuses some of them. */
const asciiJson = (value: unknown): string =>
  JSON.stringify(value).replace(
    /[\u007f-\uffff]/g,
    found => `\\u${found.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
