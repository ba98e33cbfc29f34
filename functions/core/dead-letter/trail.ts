import * as v from 'valibot'
import type { History, Trail } from '../event/sqs-message.ts'

const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0))

const history = {
  replays: v.optional(count),
  renewals: v.optional(count),
  plan: v.optional(v.pipe(v.string(), v.maxLength(128))),
  edits: v.optional(v.array(v.string())),
}

const historySchema = v.pipe(v.string(), v.parseJson(), v.object(history))

const trailSchema = v.pipe(
  v.string(),
  v.parseJson(),
  v.object({
    detail: v.optional(v.string()),
    status: v.optional(count),
    receives: v.optional(count),
    failedAt: v.optional(v.string()),
    ...history,
    claimed: v.optional(v.object(history)),
  }),
)

/**
 * The attribute `trail` of a letter; what is not a trail is none. Replays and plans are always claimed: a letter bears them
 * only because its message did, also one that was written before this was told apart.
 */
export function readTrail(text: string | undefined): Trail | undefined {
  const result = v.safeParse(trailSchema, text)
  if (!result.success) return undefined
  const { replays, plan, claimed, ...rest } = result.output
  return { ...rest, ...claims(present({ replays, plan, ...claimed })) } as Trail
}

/** The attribute `trail` of a message on the changes queue, where any producer can send one; what is no history is none. */
export function readHistory(text: string | undefined): History | undefined {
  const result = v.safeParse(historySchema, text)
  return result.success ? present(result.output) : undefined
}

/** A history as part of a trail; nothing where there is none. */
export const claims = (claimed: History | undefined): { readonly claimed?: History } =>
  claimed && Object.keys(claimed).length > 0 ? { claimed } : {}

/** What of a trail goes with a message from life to life: what was claimed, and what was done since. */
export function historyOf({ claimed = {}, renewals, edits }: Trail): History {
  return present({
    ...claimed,
    renewals: sum(claimed.renewals, renewals),
    edits: claimed.edits || edits ? [...(claimed.edits ?? []), ...(edits ?? [])] : undefined,
  })
}

/** The sum of two counts, either of which may be missing, as a count that can be read again. */
export const sum = (one: number | undefined, other: number | undefined): number | undefined =>
  one === undefined && other === undefined
    ? undefined
    : Math.min((one ?? 0) + (other ?? 0), Number.MAX_SAFE_INTEGER)

/** Without the fields that are undefined. */
const present = (fields: { readonly [Key in keyof History]: History[Key] | undefined }): History =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined))
