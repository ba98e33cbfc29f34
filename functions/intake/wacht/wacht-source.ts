import * as v from 'valibot'
import { i64 } from '../../core/event/ids.ts'
import { parseJson } from '../../core/json.ts'
import { mostOfAnEvent, problemsOf } from '../../core/schema-problems.ts'
import type { IntakeRequest, SourceKind, Translated } from '../source-kind.ts'
import { standardWebhooks } from '../standard-webhooks.ts'

/** The types of a delivery that are hints. None says what changed. */
const hints: ReadonlySet<string> = new Set([
  'organization.member.added',
  'organization.member.removed',
  'organization.member.role.updated',
])

const object = 'must be an object'
const deliverySchema = v.looseObject({ type: v.string('must be a string') }, object)
const hintSchema = v.looseObject({ data: v.looseObject({ entity_id: i64 }, object) })

/** A delivery names one membership by its id, and no organization: the member may be in each of those that are declared. */
function translate({ body }: IntakeRequest, { organizations }: WachtDeclaration): Translated {
  const json = parseJson(body, withWholeId)
  if (!json.ok) return { ok: false, detail: '(body): must be JSON' }
  const delivery = v.safeParse(deliverySchema, json.value)
  if (!delivery.success) return malformed(delivery.issues)
  if (!hints.has(delivery.output.type)) return { ...nothing, ignored: ['other_event_type'] }
  const hint = v.safeParse(hintSchema, json.value)
  if (!hint.success) return malformed(hint.issues)
  const { entity_id: membership } = hint.output.data
  return { ...nothing, hint: organizations.map(organization => `wacht/${organization}/${membership}`) }
}

/** Wacht documents the id as a string, and its server writes it as a number: all of whose digits are kept so. */
const withWholeId = (key: string, value: unknown, { source }: { readonly source?: string } = {}): unknown =>
  key === 'entity_id' && typeof value === 'number' ? source : value

const nothing = { ok: true, events: [], refused: [], ignored: [] } as const

const malformed = (issues: readonly v.BaseIssue<unknown>[]): Translated => ({
  ok: false,
  detail: problemsOf(issues, '(body)', mostOfAnEvent).join('; '),
})

/** The declaration of a Wacht deployment: the ids of the organizations whose members its webhooks may name. */
export interface WachtDeclaration {
  readonly organizations: readonly string[]
}

/** The webhooks of Wacht (functions/targets/README.md#calls-and-facts), as hints for the sweep. */
export const wacht: SourceKind<WachtDeclaration> = {
  name: 'wacht',
  entries: {
    organizations: v.pipe(
      v.array(i64, 'must be an array of the ids of organizations'),
      v.minLength(1, 'must not be empty'),
      v.maxLength(50, 'must be at most 50 ids'),
    ),
  },
  roles: () => [],
  hints: true,
  ...standardWebhooks,
  translate,
}
