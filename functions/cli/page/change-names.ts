import { createHash } from 'node:crypto'
import type { Named } from '../../core/event/event.ts'
import { createEventParser } from '../../core/event/event-parser.ts'
import { asObject, parseJson } from '../../core/json.ts'
import { kinds } from '../../targets/index.ts'
import type { LogLine } from './log-lines.ts'

/** What the page calls an event, as far as its body is readable. No text is longer than `cut` makes it. */
export interface ChangeNames extends Named {
  /** The same for each message and each letter of one event. */
  readonly id: string
  /** The e-mail address of the person, if the event names one. */
  readonly person: string | null
  readonly role: string
  /** The event of a person for whose membership this one was made. */
  readonly madeFor: string | null
}

const parse = createEventParser(kinds, {})

/** The names in the body of a message; `now` is milliseconds since 1970. */
export function namesIn(body: string, now: number): ChangeNames {
  const { named } = parse(body, now)
  const json = parseJson(body)
  const event = json.ok ? asObject(json.value) : undefined
  const data = asObject(event?.data)
  return {
    ...named,
    id: idOf(named, body),
    person: textOf(asObject(data?.person)?.email),
    role: textOf(data?.role) ?? textOf(data?.roleId) ?? groupsIn(data),
    madeFor: textOf(event?.causationid),
  }
}

/**
 * The names in a log line, or in an item of the history with the fields of one. Neither names a person. The events of a person's
 * members are named after that of the person.
 */
export function namesInLine({
  event,
  source,
  target,
  member,
  role,
  desired,
  messageId,
}: LogLine): ChangeNames {
  const [id, its, of, at] = [event, member, source, target].map(name =>
    typeof name === 'string' ? name : null,
  )
  const named = { event: id!, source: of!, target: at!, member: its! }
  const state = asObject(desired)
  return {
    ...named,
    id: idOf(named, String(messageId)),
    person: null,
    role: textOf(role) ?? textOf(state?.roleId) ?? groupsIn(state),
    madeFor: id?.endsWith(`/${its}`) ? id.slice(0, -`/${its}`.length) : null,
  }
}

/** An event without a readable id is known by another text. */
const idOf = ({ event, source }: Named, otherwise: string): string =>
  createHash('sha256')
    .update(event === null ? otherwise : JSON.stringify([source, event]))
    .digest('base64url')
    .slice(0, 22)

function groupsIn(data: Record<string, unknown> | undefined): string {
  if (!Array.isArray(data?.groupIds)) return ''
  const groups = data.groupIds.length === 1 ? '1 group' : `${data.groupIds.length} groups`
  return data.owner === true ? `${groups}, owner` : groups
}

const textOf = (value: unknown): string | null =>
  typeof value === 'string' && value !== '' ? cut(value) : null

/** A text of bounded length. */
export const cut = (text: string, max = 256): string => (text.length > max ? `${text.slice(0, max)}…` : text)
