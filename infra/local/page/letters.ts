import { createEventParser } from '../../../functions/core/event.ts'
import { kinds } from '../../../functions/targets/index.ts'
import type { StoredMessage } from '../engines/index.ts'

/** A dead letter, as far as it can be read. */
export interface Letter {
  readonly messageId: string
  /** When it was sent to its queue, in milliseconds since 1970. */
  readonly at: number
  readonly event: string
  readonly member: string
  readonly reason: string
  readonly status?: number
  readonly detail: string
  readonly receives?: number
  readonly unproven: boolean
}

const parse = createEventParser(kinds, {})

/** The latest letters, the last one first. */
export const latest = (letters: readonly StoredMessage[], max: number): Letter[] =>
  [...letters]
    .sort((one, other) => other.sentTimestamp - one.sentTimestamp)
    .slice(0, max)
    .map(letterOf)

/** A letter without attributes was moved by SQS itself (DESIGN 9); its names are read from the body. */
function letterOf({ messageId, body, sentTimestamp: at, messageAttributes }: StoredMessage): Letter {
  const text = (name: string) =>
    (messageAttributes[name] as { StringValue?: string } | undefined)?.StringValue
  const { named } = parse(body, at)
  const { status, receives, detail } = trailOf(text('trail'))
  return {
    ...{ messageId, at },
    event: text('event') ?? named.event ?? '',
    member: text('member') ?? named.member ?? '',
    reason: text('reason') ?? 'crashed',
    detail: typeof detail === 'string' ? detail : '',
    unproven: text('unproven') !== undefined,
    ...(typeof status === 'number' && { status }),
    ...(typeof receives === 'number' && { receives }),
  }
}

/** Anybody may have written the trail of a letter: it is read as far as it is what it should be. */
function trailOf(text: string | undefined): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text ?? '')
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}
  } catch {
    return {}
  }
}
