import * as v from 'valibot'
import type { Trail } from './message.ts'

const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0))

const trailSchema = v.pipe(
  v.string(),
  v.parseJson(),
  v.object({
    detail: v.optional(v.string()),
    status: v.optional(count),
    receives: v.optional(count),
    failedAt: v.optional(v.string()),
    replays: v.optional(count),
    renewals: v.optional(count),
    plan: v.optional(v.pipe(v.string(), v.maxLength(128))),
    edits: v.optional(v.array(v.string())),
  }),
)

/** The attribute `trail`. Any producer can send attributes: what is not a trail is none. */
export function readTrail(text: string | undefined): Trail | undefined {
  const result = v.safeParse(trailSchema, text)
  return result.success ? (result.output as Trail) : undefined
}

/** What of a trail goes with a message from life to life; the rest tells of one death, and the next one of its own. */
export function historyOf(trail: Trail | undefined): Trail | undefined {
  if (!trail) return undefined
  const { replays, renewals, plan, edits } = trail
  return {
    ...(replays === undefined ? {} : { replays }),
    ...(renewals === undefined ? {} : { renewals }),
    ...(plan === undefined ? {} : { plan }),
    ...(edits === undefined ? {} : { edits }),
  }
}
