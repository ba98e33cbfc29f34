import { asObject, parseJson } from '../../core/json.ts'
import type { Candidate, IntakeRequest, Refusal, Translated } from '../source-kind.ts'

/** The media types of one event and of many (CloudEvents JSON format 1.0.2, 3 and 4). */
const structured = ['application/cloudevents+json', 'application/json']
const batched = 'application/cloudevents-batch+json'

/** The events of a delivery, with the source's names of roles in the catalogue's words. */
export function translate({ headers, body }: IntakeRequest, declaration: CloudEventsDeclaration): Translated {
  const events = eventsIn(body, mediaTypeOf(headers))
  if (typeof events === 'string') return { ok: false, detail: events }

  const candidates = events.map((event, index) => ({ index, event }))
  const refused = candidates.flatMap(({ index, event }) => foreign(index, event, declaration))
  const strangers = new Set(refused.map(({ index }) => index))
  return {
    ok: true,
    events: candidates
      .filter(({ index }) => !strangers.has(index))
      .map(candidate => inOurWords(candidate, declaration)),
    refused,
    ignored: [],
  }
}

/** What the body holds, or what is wrong with it. */
function eventsIn(body: string, mediaType: string): readonly unknown[] | string {
  const isBatch = mediaType === batched
  if (!isBatch && !structured.includes(mediaType)) {
    return `(content-type): must be one of ${[...structured, batched].join(', ')}`
  }
  const json = parseJson(body)
  if (!json.ok) return '(body): must be JSON'
  if (isBatch) return Array.isArray(json.value) ? json.value : '(body): must be an array of events'
  return asObject(json.value) ? [json.value] : `(body): must be one event; many are sent as ${batched}`
}

/** Without parameters: `application/json; charset=utf-8` is `application/json`. */
const mediaTypeOf = (headers: IntakeRequest['headers']): string =>
  (headers['content-type'] ?? '').split(';', 1).join().trim().toLowerCase()

/** Refuses an event that names another `source` than the one declared; one that names none is refused by the contract. */
function foreign(index: number, event: unknown, { source }: CloudEventsDeclaration): Refusal[] {
  const named = asObject(event)?.source
  if (source === undefined || typeof named !== 'string' || named === source) return []
  return [{ index, reason: 'source_not_allowed', detail: 'source: must be the one declared for this source' }]
}

function inOurWords({ index, event }: Candidate, { roles = {} }: CloudEventsDeclaration): Candidate {
  const data = asObject(asObject(event)?.data)
  const role = data?.role
  if (typeof role !== 'string' || !Object.hasOwn(roles, role)) return { index, event }
  return { index, event: { ...asObject(event), data: { ...data, role: roles[role] } } }
}

/** What is declared of a source that sends our own events. */
export interface CloudEventsDeclaration {
  /** From the source's names of roles to those of the catalogue; a name that is not in here stays. */
  readonly roles?: Readonly<Record<string, string>> | undefined
  /** The only CloudEvents `source` that it may send; any where it is absent. */
  readonly source?: string | undefined
}
