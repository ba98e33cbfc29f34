import * as v from 'valibot'
import { asObject, canonicalJson, parseJson } from '../json.ts'
import { mostOfAnEvent, problemsOf } from '../schema-problems.ts'
import { timestamp } from './dates.ts'
import type { Named, ParsedEvent, Reasserts } from './event.ts'
import { maxEventBytes, reassertType } from './event-contract.ts'
import { nameText } from './ids.ts'
import { instantOf, parseInstant } from './instant.ts'
import type { Version } from './version.ts'

/** How far its end may be ahead, in milliseconds. */
export const maxReassertMs = 3_600_000

/** A re-assertion, as its message says it. It is to be believed only with its signature. */
export interface Reassertion extends Reasserts {
  readonly member: string
  /** The version that must still be the applied one. */
  readonly version: Version
}

const schema = v.strictObject(
  {
    specversion: v.literal('1.0', 'must be "1.0"'),
    id: nameText(256),
    source: nameText(512),
    type: v.literal(reassertType),
    data: v.strictObject(
      {
        member: nameText(256),
        version: v.strictObject(
          {
            from: v.optional(timestamp),
            time: timestamp,
            sequence: v.pipe(v.string(), v.regex(/^(?:0|[1-9][0-9]{0,29})?$/, 'must be decimal digits')),
            source: nameText(512),
            id: nameText(256),
            end: v.optional(v.literal(true, 'must be true')),
          },
          'must be an object',
        ),
        expires: timestamp,
        by: nameText(512),
        plan: v.optional(v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/, 'must be the hash of a plan'))),
        signature: v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/, 'must be 64 hexadecimal digits')),
      },
      'must be an object',
    ),
  },
  'must be a JSON object',
)

type ReassertEvent = v.InferOutput<typeof schema>

/** A message that claims to be a re-assertion. `signed` is the text that its signature covers. */
export type ReadReassertion =
  | {
      readonly ok: true
      readonly named: Named
      readonly reassertion: Reassertion
      readonly signed: string
      readonly signature: string
    }
  | Extract<ParsedEvent, { ok: false }>

/** Reads a message body as a re-assertion. Undefined for any other message. Never throws. `now` is milliseconds since 1970. */
export function readReassertion(body: string, now: number): ReadReassertion | undefined {
  if (!body.includes(reassertType) || Buffer.byteLength(body) > maxEventBytes) return undefined
  const json = parseJson(body)
  if (!json.ok || asObject(json.value)?.type !== reassertType) return undefined
  const unnamed = { event: null, source: null, target: null, member: null }
  const result = v.safeParse(schema, json.value, { abortPipeEarly: true })
  if (!result.success) {
    const detail = problemsOf(result.issues, '(body)', mostOfAnEvent).join('; ')
    return { ok: false, named: unnamed, reason: 'invalid_event', detail }
  }
  const { id, source, data } = result.output
  const { member, version, by, plan } = data
  const named = { event: id, source, target: member.split('/', 1)[0] as string, member }
  const expires = parseInstant(data.expires) as string
  if (expires > instantOf(now + maxReassertMs))
    return {
      ...{ ok: false, named, reason: 'invalid_event' },
      detail: 'data.expires: must be at most one hour ahead of now',
    }
  return {
    ...{ ok: true, named, signed: signedText(result.output), signature: data.signature },
    reassertion: {
      ...{ member, version: versionIn(version) },
      ...{ expires: Date.parse(`${expires}Z`), by, plan },
    },
  }
}

function versionIn({ from, time, end, ...rest }: ReassertEvent['data']['version']): Version {
  const dated = { ...(from !== undefined && { from: parseInstant(from) as string }), ...(end && { end }) }
  return { ...rest, time: parseInstant(time) as string, ...dated }
}

/** Writes the body of a re-assertion. `sign` makes its signature. `names` are its CloudEvents `id` and `source`. */
export function reassertionBody(
  { member, version, expires, by, plan }: Reassertion,
  names: { readonly id: string; readonly source: string },
  sign: (text: string) => string,
): string {
  const { from, time, sequence, source, id, end } = version
  const dated = { ...(from !== undefined && { from: `${from}Z` }), ...(end && { end }) }
  const data = {
    ...{ member, version: { time: `${time}Z`, sequence, source, id, ...dated } },
    ...{ expires: new Date(expires).toISOString(), by, plan },
  }
  const event = { specversion: '1.0' as const, ...names, type: reassertType as typeof reassertType, data }
  return JSON.stringify({ ...event, data: { ...data, signature: sign(signedText(event)) } })
}

/** The text that the signature covers: the whole event without the signature. */
const signedText = ({
  data,
  ...event
}: Omit<ReassertEvent, 'data'> & { readonly data: Partial<ReassertEvent['data']> }): string =>
  canonicalJson({ ...event, data: { ...data, signature: undefined } })
