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
 * Parses the attribute `trail` of a letter. Undefined if invalid. Replays and plans always count as claimed: they come from the
 * message, also in letters of older versions, which store them outside `claimed`.
 */
export function readTrail(text: string | undefined): Trail | undefined {
  const result = v.safeParse(trailSchema, text)
  if (!result.success) return undefined
  const { replays, plan, claimed, ...rest } = result.output
  return { ...rest, ...claims(defined({ replays, plan, ...claimed })) } as Trail
}

/** Parses the attribute `trail` of a message on the changes queue. Any producer can write it. Undefined if invalid. */
export function readHistory(text: string | undefined): History | undefined {
  const result = v.safeParse(historySchema, text)
  return result.success ? defined(result.output) : undefined
}

/** A history as part of a trail. Empty if there is none. */
export const claims = (claimed: History | undefined): { readonly claimed?: History } =>
  claimed && Object.keys(claimed).length > 0 ? { claimed } : {}

/** The history that a replay passes on: what was claimed, and the renewals and edits since. */
export function historyOf({ claimed = {}, renewals, edits }: Trail): History {
  return defined({
    ...claimed,
    renewals: sum(claimed.renewals, renewals),
    edits: claimed.edits || edits ? [...(claimed.edits ?? []), ...(edits ?? [])] : undefined,
  })
}

/** The sum of two counts, each of which may be missing. It stays a safe integer. */
export const sum = (one: number | undefined, other: number | undefined): number | undefined =>
  one === undefined && other === undefined
    ? undefined
    : Math.min((one ?? 0) + (other ?? 0), Number.MAX_SAFE_INTEGER)

/** Drops undefined fields. */
const defined = (fields: { readonly [Key in keyof History]: History[Key] | undefined }): History =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined))
