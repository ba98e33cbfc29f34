import * as v from 'valibot'
import { binaryModeProblem, eventMediaType } from '../../core/event/binary-mode.ts'
import { roleName } from '../../core/event/ids.ts'
import { asObject, parseJson } from '../../core/json.ts'
import { table } from '../../core/reviewed-table.ts'
import type { Candidate, IntakeRequest, Refusal, SourceKind, Translated } from '../source-kind.ts'
import { standardWebhooks } from '../standard-webhooks.ts'

/** The declaration of a source that sends events of our contract. */
interface CloudEventsDeclaration {
  /** Catalogue roles by the source's role names. Other names stay unchanged. */
  readonly roles?: Readonly<Record<string, string>> | undefined
  /** The only allowed CloudEvents `source`. If absent, any is allowed. */
  readonly source?: string | undefined
}

/** A source that sends events of our contract and signs them by Standard Webhooks. */
export const cloudevents: SourceKind<CloudEventsDeclaration> = {
  name: 'cloudevents',
  entries: {
    roles: v.optional(table(roleName, roleName, 'must be an object from names of roles to catalogue roles')),
    source: v.optional(
      v.pipe(
        v.string('must be a string'),
        v.nonEmpty('must not be empty'),
        v.maxLength(512, 'must be at most 512 characters'),
      ),
    ),
  },
  roles: ({ roles = {} }) => Object.entries(roles).map(([name, role]) => ({ path: ['roles', name], role })),
  ...standardWebhooks,
  translate,
}

/** The media types of one event and of a batch (CloudEvents JSON format 1.0.2, 3 and 4). */
const single = [eventMediaType, 'application/json']
const batched = 'application/cloudevents-batch+json'

/** The events of a delivery, with the source's role names replaced by catalogue roles. */
function translate({ headers, body }: IntakeRequest, declaration: CloudEventsDeclaration): Translated {
  const mediaType = mediaTypeOf(headers)
  const unsupported = modeProblem(mediaType, headers, body)
  if (unsupported !== undefined) return { ok: false, unsupported: true, detail: unsupported }
  const events = eventsIn(body, mediaType)
  if (typeof events === 'string') return { ok: false, detail: events }

  const candidates = events.map((event, index) => ({ index, event }))
  const refused = candidates.flatMap(({ index, event }) => wrongSource(index, event, declaration))
  const refusedIndexes = new Set(refused.map(({ index }) => index))
  return {
    ok: true,
    events: candidates
      .filter(({ index }) => !refusedIndexes.has(index))
      .map(candidate => withCatalogueRole(candidate, declaration)),
    refused,
    ignored: [],
  }
}

/** The problem of a delivery that is not in structured or batch mode. Undefined if it is. */
function modeProblem(mediaType: string, headers: IntakeRequest['headers'], body: string): string | undefined {
  if (mediaType === eventMediaType || mediaType === batched) return undefined
  const problem = binaryModeProblem(Object.keys(headers), body)
  if (problem !== undefined || single.includes(mediaType)) return problem
  return `(content-type): must be one of ${[...single, batched].join(', ')}`
}

/** The events in the body, or its problem. */
function eventsIn(body: string, mediaType: string): readonly unknown[] | string {
  const isBatch = mediaType === batched
  const json = parseJson(body)
  if (!json.ok) return '(body): must be JSON'
  if (isBatch) return Array.isArray(json.value) ? json.value : '(body): must be an array of events'
  return asObject(json.value) ? [json.value] : `(body): must be one event; many are sent as ${batched}`
}

/** The media type without parameters: `application/json` for `application/json; charset=utf-8`. */
const mediaTypeOf = (headers: IntakeRequest['headers']): string =>
  (headers['content-type'] ?? '').split(';', 1).join().trim().toLowerCase()

/** Refuses an event with another `source` than the declared one. The contract refuses an event without a source. */
function wrongSource(index: number, event: unknown, { source }: CloudEventsDeclaration): Refusal[] {
  const named = asObject(event)?.source
  if (source === undefined || typeof named !== 'string' || named === source) return []
  return [{ index, reason: 'source_not_allowed', detail: 'source: must be the one declared for this source' }]
}

function withCatalogueRole({ index, event }: Candidate, { roles = {} }: CloudEventsDeclaration): Candidate {
  const data = asObject(asObject(event)?.data)
  const role = data?.role
  if (typeof role !== 'string' || !Object.hasOwn(roles, role)) return { index, event }
  return { index, event: { ...asObject(event), data: { ...data, role: roles[role] } } }
}
