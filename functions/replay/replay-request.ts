import * as v from 'valibot'
import type { LetterFilter } from '../core/dead-letter/letter-filter.ts'
import { guardNames, letterReasons } from '../core/dead-letter/reason.ts'
import { parseInstant } from '../core/event/instant.ts'
import { mostOfAnEvent, problemsOf } from '../core/schema-problems.ts'

/** The event of the replay function. */
export type ReplayRequest =
  | {
      readonly action: 'replay'
      readonly filter: LetterFilter
      readonly limit?: number
      /** Plans only. */
      readonly dryRun: boolean
    }
  | { readonly action: 'drain' }
  /** Asks which role catalogue is deployed. Reads no letter. */
  | { readonly action: 'describe' }

const text = v.pipe(v.string('must be a string'), v.nonEmpty('must not be empty'))

/** An RFC 3339 timestamp with an offset, as milliseconds since 1970. */
const instant = v.pipe(
  v.string('must be an RFC 3339 timestamp string'),
  v.check(given => parseInstant(given) !== undefined, 'must be an RFC 3339 timestamp with an offset'),
  v.transform(given => Date.parse(given)),
)

const limit = v.pipe(
  v.number('must be a whole number, 1 or more'),
  v.safeInteger('must be a whole number, 1 or more'),
  v.minValue(1, 'must be a whole number, 1 or more'),
)

const filter = v.strictObject(
  {
    reason: v.optional(v.picklist(letterReasons, `must be one of ${letterReasons.join(', ')}`)),
    guard: v.optional(v.picklist(guardNames, `must be one of ${guardNames.join(', ')}`)),
    sender: v.optional(text),
    target: v.optional(text),
    member: v.optional(text),
    event: v.optional(text),
    source: v.optional(text),
    since: v.optional(instant),
    until: v.optional(instant),
  },
  'must be an object',
)

const schema = v.variant(
  'action',
  [
    v.strictObject({
      action: v.literal('replay'),
      filter: v.optional(filter, {}),
      limit: v.optional(limit),
      dryRun: v.optional(v.boolean('must be true or false'), true),
    }),
    v.strictObject({ action: v.literal('drain') }),
    v.strictObject({ action: v.literal('describe') }),
  ],
  issue => (issue.path ? 'must be replay, drain or describe' : 'must be a JSON object'),
)

/** Parses the event of an invocation. Throws one error that names every problem as `path: rule`. */
export function readRequest(event: unknown): ReplayRequest {
  const result = v.safeParse(schema, event)
  if (result.success) return result.output as ReplayRequest
  throw new Error(`wrong event: ${problemsOf(result.issues, '(event)', mostOfAnEvent).join('; ')}`)
}
