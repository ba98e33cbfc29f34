import { isLetterUnproven } from '../../../functions/core/dead-letter/planned-letters.ts'
import type { LetterReason } from '../../../functions/core/dead-letter/reason.ts'
import { createEventParser } from '../../../functions/core/event/event.ts'
import { kinds } from '../../../functions/targets/index.ts'
import type { StoredMessage } from '../engines/embedded-engines.ts'
import type { ReadEntry } from '../stack/ledger-entries.ts'

/** A dead letter, as far as it can be read. */
export interface Letter {
  readonly messageId: string
  /** When it was sent to the dead-letter queue, in milliseconds since 1970. */
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

/** The latest letters, newest first; `now` is milliseconds since 1970. */
export const latest = (
  letters: readonly StoredMessage[],
  max: number,
  read: ReadEntry,
  now: number,
): Promise<Letter[]> =>
  Promise.all(
    [...letters]
      .sort((one, other) => other.sentTimestamp - one.sentTimestamp)
      .slice(0, max)
      .map(letter => letterOf(letter, read, now)),
  )

/** SQS itself moved a letter without attributes: the names of its event come from the body. */
async function letterOf(
  { messageId, body, sentTimestamp: at, messageAttributes }: StoredMessage,
  read: ReadEntry,
  now: number,
): Promise<Letter> {
  const text = (name: string) =>
    (messageAttributes[name] as { StringValue?: string } | undefined)?.StringValue
  const { named } = parse(body, at)
  const { status, receives, detail } = trailOf(text('trail'))
  const event = text('event') ?? named.event ?? ''
  const member = text('member') ?? named.member ?? ''
  const reason = (text('reason') ?? 'crashed') as LetterReason
  const entry = reason === 'crashed' && member ? await read(member) : undefined
  const attributes = { unproven: text('unproven') ?? '' }
  return {
    ...{ messageId, at, event, member, reason },
    detail: typeof detail === 'string' ? detail : '',
    unproven: isLetterUnproven({ reason, attributes }, event, entry, now),
    ...(typeof status === 'number' && { status }),
    ...(typeof receives === 'number' && { receives }),
  }
}

/** The trail of a letter, or nothing where it is no JSON object. Anybody may have written it. */
function trailOf(text: string | undefined): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text ?? '')
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}
  } catch {
    return {}
  }
}
