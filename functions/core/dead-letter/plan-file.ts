import * as v from 'valibot'
import type { Parsed } from '../event/role-catalogue.ts'
import { plannedVersion } from '../event/version.ts'
import { mostOfAnEvent, problemsOf } from '../schema-problems.ts'
import { type Hash, isIntact, type Plan } from './planned-letters.ts'
import { letterReasons } from './reason.ts'
import { letterVerdicts } from './replay-verdict.ts'

const name = v.nullable(v.string())
const whole = v.pipe(v.number(), v.safeInteger(), v.minValue(0))

/** The fields of a plan that `apply` uses. The letters in the file have more fields; the hash covers them too. */
const planSchema = v.object(
  {
    hash: v.string(),
    plannedAt: v.string(),
    madeWith: v.optional(
      v.object({
        stage: v.string(),
        roles: v.optional(v.string()),
        catalogueHash: v.string(),
        urls: v.record(v.string(), v.string()),
      }),
    ),
    counts: v.strictObject({
      apply: whole,
      superseded: whole,
      duplicate: whole,
      invalid: whole,
      undecided: whole,
      held: v.optional(whole),
    }),
    letters: v.array(
      v.object({
        messageId: v.string(),
        event: name,
        source: name,
        target: name,
        member: name,
        reason: v.picklist(letterReasons),
        unproven: v.optional(v.literal(true)),
        verdict: v.picklist(letterVerdicts),
        version: v.optional(plannedVersion),
        desired: v.optional(v.record(v.string(), v.union([v.string(), v.boolean(), v.array(v.string())]))),
        by: v.optional(v.string()),
        since: v.optional(whole),
        detail: v.optional(v.string()),
        sentAt: whole,
        bodyHash: v.string(),
        rev: whole,
      }),
    ),
  },
  'must be a plan of role-sync',
)

/** Parses the content of a plan file. Refuses a plan that does not match its hash. */
export function parsePlan(content: unknown, hash: Hash): Parsed<Plan> {
  const result = v.safeParse(planSchema, content)
  if (!result.success) {
    return { ok: false, problems: problemsOf(result.issues, '(plan)', mostOfAnEvent) }
  }
  if (!isIntact(content as Plan, hash)) {
    return { ok: false, problems: ['hash: is not that of the plan, which was changed after it was made'] }
  }
  return { ok: true, value: result.output as Plan }
}
