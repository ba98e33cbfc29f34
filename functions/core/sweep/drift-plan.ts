import * as v from 'valibot'
import type { Hash } from '../dead-letter/planned-letters.ts'
import type { Parsed } from '../event/role-catalogue.ts'
import { plannedVersion, type Version } from '../event/version.ts'
import { canonicalJson } from '../json.ts'
import type { Desired } from '../ledger/desired-state.ts'
import { mostOfAnEvent, problemsOf } from '../schema-problems.ts'

/** A member that drifts: what its target showed, and what is applied. Times are RFC 3339 in UTC. */
export interface Drift {
  readonly member: string
  readonly shown: Desired
  readonly applied: Desired
  readonly version: Version
  readonly provenAt: string
  /** When its page of the list was read. */
  readonly readAt: string
}

/** What is to be written again, as a person saw it. */
export interface DriftPlan {
  /** Of all the rest. */
  readonly hash: string
  readonly plannedAt: string
  readonly stage: string
  readonly scope: string
  readonly drifts: readonly Drift[]
}

const text = v.string()
const state = v.record(text, v.union([text, v.boolean(), v.array(text)]))
const schema = v.strictObject(
  {
    ...{ hash: text, plannedAt: text, stage: text, scope: text },
    drifts: v.array(
      v.strictObject({
        ...{ member: text, shown: state, applied: state, provenAt: text, readAt: text },
        version: plannedVersion,
      }),
    ),
  },
  'must be a plan of `drift plan`',
)

/** The plan with its hash. */
export const driftPlan = (content: Omit<DriftPlan, 'hash'>, hash: Hash): DriftPlan => ({
  hash: hash(canonicalJson(content)),
  ...content,
})

/** Parses the content of a plan file. Refuses a plan that does not match its hash. */
export function parseDriftPlan(content: unknown, hash: Hash): Parsed<DriftPlan> {
  const result = v.safeParse(schema, content)
  if (!result.success) return { ok: false, problems: problemsOf(result.issues, '(plan)', mostOfAnEvent) }
  const { hash: given, ...rest } = result.output
  if (driftPlan(rest, hash).hash === given) return { ok: true, value: result.output }
  return { ok: false, problems: ['hash: is not that of the plan, which was changed after it was made'] }
}
