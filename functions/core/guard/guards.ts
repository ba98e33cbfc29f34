import * as v from 'valibot'
import type { GuardName } from '../dead-letter/reason.ts'
import type { Change } from '../event/event.ts'
import { roleName } from '../event/ids.ts'
import type { Parsed } from '../event/role-catalogue.ts'
import { asObject } from '../json.ts'
import { partsOfPerson, personNameForm } from '../people/person-event.ts'
import { problemsOf, whole } from '../schema-problems.ts'
import {
  areDistinct,
  type BurstLimit,
  type BurstRule,
  burstNumbers,
  createBurstLimits,
  heldByBurst,
} from './burst.ts'
import { type OwnerKind, type OwnerLimit, type OwnerRule, ownerRules } from './last-owner.ts'
import { type ScopeRule, scopeRules } from './scope-rules.ts'
import { namedSender, senderText } from './sender.ts'
import { type GuardMode, guardMode, type ShadowRule, shadowRules } from './shadow.ts'

/** The content of the guards file: a list for each kind of guard. None of it needs to be there. */
export interface Guards {
  readonly protected?: readonly ProtectedMember[] | undefined
  readonly burst?: readonly BurstRule[] | undefined
  readonly last_owner?: readonly OwnerRule[] | undefined
  readonly shadow?: readonly ShadowRule[] | undefined
  readonly scopes?: readonly ScopeRule[] | undefined
}

/** A member, or a person with all memberships, whose every change is held, unless it comes from a sender named for it. */
export interface ProtectedMember {
  /** For example `wacht/<organizationId>/<membershipId>`. Either this or `person` is given. */
  readonly member?: string | undefined
  /** The name of a person: the fingerprint of the secret of people and the person's key (`PersonMemory`). */
  readonly person?: string | undefined
  readonly why: string
  /** Absent: no sender is named. */
  readonly senders?: readonly string[] | undefined
  readonly mode?: GuardMode
}

/** A target's part of guards: the schemas of the two ids in the name of a member, and what a state includes. */
export interface GuardedKind extends OwnerKind {
  readonly scope: v.GenericSchema<string, string>
  readonly memberId: v.GenericSchema<string, string>
}

/** A change that is not applied until a person approves it. */
export interface Held {
  readonly guard: GuardName
  /** The facts, for the letter. */
  readonly detail: string
  /** Of a withdrawal that is held only if no place is free. */
  readonly limit?: BurstLimit
  /** Of a change that is held only if too few others have one of these roles. */
  readonly owners?: readonly OwnerLimit[]
}

/** Whether a change from this sender is held, and why. */
export type Guard = (
  change: Pick<Change, 'member' | 'withdraws' | 'personKey' | 'people'>,
  sender: string,
) => Held | undefined

/** The schema of the guards file, if it is an object. */
export const guardsSchema = (kinds: readonly GuardedKind[]) =>
  v.strictObject({
    protected: v.optional(protectedMembers(kinds)),
    burst: v.optional(burstRules(kinds)),
    last_owner: v.optional(ownerRules(namedScope(kinds), whole(1, 100))),
    shadow: v.optional(shadowRules(kinds.map(({ name }) => name))),
    scopes: v.optional(scopeRules(namedScope(kinds))),
  })

const protectedMembers = (kinds: readonly GuardedKind[]) =>
  v.pipe(
    v.array(protectedMember(kinds), 'must be a list of members'),
    v.check(
      all => new Set(all.map(({ member, person }) => member ?? person)).size === all.length,
      'must not name a member or a person twice',
    ),
  )

/** The name of a member or of a scope, in its one spelling. `idsOf` are the schemas of the ids in it. */
const fullName = (
  kinds: readonly GuardedKind[],
  what: 'member' | 'scope',
  idsOf: (kind: GuardedKind) => readonly GuardedKind['scope'][],
) =>
  v.pipe(
    v.string(`must be the name of a ${what}`),
    v.rawTransform(({ dataset, addIssue, NEVER }) => {
      const [target, ...given] = dataset.value.split('/')
      const kind = kinds.find(({ name }) => name === target)
      const ids = kind && v.safeParse(v.strictTuple(idsOf(kind)), given)
      if (ids?.success) return [target, ...ids.output].join('/')
      const names = kinds
        .map(({ name }) => `${name}/<scope>${what === 'member' ? '/<member>' : ''}`)
        .join(' or ')
      const problem =
        given.length === idsOf(kind ?? (kinds[0] as GuardedKind)).length ? ids?.issues?.[0] : undefined
      addIssue({ message: `must be ${names}${problem ? `: an id ${problem.message}` : ''}` })
      return NEVER
    }),
  )

/** The name of a scope. */
const namedScope = (kinds: readonly GuardedKind[]) => fullName(kinds, 'scope', ({ scope }) => [scope])

const protectedMember = (kinds: readonly GuardedKind[]) =>
  v.pipe(
    v.strictObject(
      {
        member: v.optional(fullName(kinds, 'member', ({ scope, memberId }) => [scope, memberId])),
        person: v.optional(personKey),
        why: v.pipe(
          v.string('must be a text'),
          v.nonEmpty('must not be empty'),
          v.maxLength(200, 'must be at most 200 characters'),
        ),
        senders: v.optional(v.array(namedSender, 'must be a list of senders')),
        mode: guardMode,
      },
      'must be an object',
    ),
    v.check(
      ({ member, person }) => (member === undefined) !== (person === undefined),
      'must name a member or a person, and not both',
    ),
  )

const personKey = v.pipe(
  v.string('must be the key of a person'),
  v.regex(personNameForm, 'must be the key of a person, as `role-sync hold person-key` prints it'),
)

const burstRules = (kinds: readonly GuardedKind[]) =>
  v.pipe(
    v.array(burstRule(kinds), 'must be a list of rules'),
    v.check(all => areDistinct(all), 'must not have two rules for the same scope, sender and role'),
  )

const burstRule = (kinds: readonly GuardedKind[]) =>
  v.strictObject(
    {
      scope: v.optional(namedScope(kinds)),
      sender: v.optional(namedSender),
      role: v.optional(roleName),
      ...burstNumbers,
      mode: guardMode,
    },
    'must be an object',
  )

/** Parses the content of a guards file. Each problem names its path and the rule. */
export function parseGuardsOf(kinds: readonly GuardedKind[], content: unknown): Parsed<Guards> {
  if (!asObject(content)) return { ok: false, problems: ['(guards): must be an object of guards'] } // v.strictObject accepts an array
  const result = v.safeParse(guardsSchema(kinds), content, { abortPipeEarly: true })
  if (result.success) return { ok: true, value: result.output }
  return { ok: false, problems: problemsOf(result.issues, '(guards)') }
}

/** Whether there is anything to guard, or to shadow. */
export const isAnyGuarded = (guards: Guards): boolean =>
  [guards.protected, guards.burst, guards.last_owner, guards.shadow].some(list => list && list.length > 0)

/**
 * A target may find a member by its id alone, whatever scope the address names. So the same id in another scope is protected too, and
 * no sender is named for it there. A protected member's change needs an approval in any case, so that guard comes first.
 */
export function createGuard(guards: Guards): Guard {
  const entries = guards.protected ?? []
  const members = new Map(entries.map(each => [each.member, each]))
  const elsewhere = new Map(entries.map(({ member, why }) => [member && withoutScope(member), { why }]))
  const people = new Map(entries.map(each => [each.person && partsOfPerson(each.person).key, each]))
  const limitOf = createBurstLimits(guards.burst ?? [])
  return (change, sender) => {
    const { member, personKey: key, people: keys = [] } = change
    const all: (Pick<ProtectedMember, 'why' | 'senders'> | undefined)[] = [
      members.get(member) ?? elsewhere.get(withoutScope(member)),
      ...(key === undefined ? keys : [key, ...keys]).map(each => people.get(each)),
    ]
    const found = all.find(each => each && !each.senders?.includes(sender))
    if (found)
      return {
        guard: 'protected',
        detail: `${member} is protected (${found.why}); ${senderText(sender)} is not named for it`,
      }
    const limit = limitOf(change, sender)
    return limit && heldByBurst(limit)
  }
}

/** A member's target and id. Both targets give every membership an id of its own. */
export const withoutScope = (member: string): string => {
  const [target, , id] = member.split('/')
  return `${target}/${id}`
}
