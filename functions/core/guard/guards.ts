import * as v from 'valibot'
import type { GuardName } from '../dead-letter/reason.ts'
import type { Change } from '../event/event.ts'
import type { Parsed } from '../event/role-catalogue.ts'
import { asObject } from '../json.ts'
import { problemsOf } from '../schema-problems.ts'
import { senderName } from './sender.ts'

/** The content of the guards file: a list for each kind of guard. None of it needs to be there. */
export interface Guards {
  readonly protected?: readonly ProtectedMember[] | undefined
}

/** A member whose every change is held, unless it comes from a sender named for it. */
export interface ProtectedMember {
  /** For example `wacht/<organizationId>/<membershipId>`. */
  readonly member: string
  readonly why: string
  /** Absent: no sender is named. */
  readonly senders?: readonly string[] | undefined
}

/** A target's part of guards: the schemas of the two ids in the name of a member. */
export interface GuardedKind {
  readonly name: string
  readonly scope: v.GenericSchema<string, string>
  readonly memberId: v.GenericSchema<string, string>
}

/** A change that is not applied until a person approves it. */
export interface Held {
  readonly guard: GuardName
  /** The facts, for the letter. */
  readonly detail: string
}

/** Whether a change from this sender is held, and why. */
export type Guard = (change: Pick<Change, 'member'>, sender: string) => Held | undefined

/** The schema of the guards file. */
export const guardsSchema = (kinds: readonly GuardedKind[]) =>
  v.pipe(
    v.custom<object>(content => asObject(content) !== undefined, 'must be an object of guards'), // v.strictObject accepts an array
    v.strictObject({ protected: v.optional(protectedMembers(kinds)) }),
  )

const protectedMembers = (kinds: readonly GuardedKind[]) =>
  v.pipe(
    v.array(protectedMember(kinds), 'must be a list of members'),
    v.check(
      all => new Set(all.map(({ member }) => member)).size === all.length,
      'must not name a member twice',
    ),
  )

/** The name of a member, in its one spelling. */
const memberName = (kinds: readonly GuardedKind[]) =>
  v.pipe(
    v.string('must be the name of a member'),
    v.rawTransform(({ dataset, addIssue, NEVER }) => {
      const [target, scope, id, ...rest] = dataset.value.split('/')
      const kind = kinds.find(({ name }) => name === target)
      const ids =
        kind && rest.length === 0 ? v.safeParse(v.tuple([kind.scope, kind.memberId]), [scope, id]) : undefined
      if (ids?.success) return [target, ...ids.output].join('/')
      const names = kinds.map(({ name }) => `${name}/<scope>/<member>`).join(' or ')
      const problem = ids?.issues?.[0]
      addIssue({ message: `must be ${names}${problem ? `: an id ${problem.message}` : ''}` })
      return NEVER
    }),
  )

const protectedMember = (kinds: readonly GuardedKind[]) =>
  v.strictObject(
    {
      member: memberName(kinds),
      why: v.pipe(
        v.string('must be a text'),
        v.nonEmpty('must not be empty'),
        v.maxLength(200, 'must be at most 200 characters'),
      ),
      senders: v.optional(v.array(senderName, 'must be a list of senders')),
    },
    'must be an object',
  )

/** Parses the content of a guards file. Each problem names its path and the rule. */
export function parseGuardsOf(kinds: readonly GuardedKind[], content: unknown): Parsed<Guards> {
  const result = v.safeParse(guardsSchema(kinds), content, { abortPipeEarly: true })
  if (result.success) return { ok: true, value: result.output }
  return { ok: false, problems: problemsOf(result.issues, '(guards)') }
}

/** Whether there is anything to guard. */
export const isAnyGuarded = (guards: Guards): boolean => (guards.protected ?? []).length > 0

/**
 * A target may find a member by its id alone, whatever scope the address names. So the same id in another scope is protected too, and
 * no sender is named for it there.
 */
export function createGuard(guards: Guards): Guard {
  const members = new Map(guards.protected?.map(each => [each.member, each]))
  const elsewhere = new Map(guards.protected?.map(({ member, why }) => [withoutScope(member), { why }]))
  return ({ member }, sender) => {
    const found: Pick<ProtectedMember, 'why' | 'senders'> | undefined =
      members.get(member) ?? elsewhere.get(withoutScope(member))
    if (!found || found.senders?.includes(sender)) return undefined
    const who = sender === '' ? 'an unknown sender' : `sender ${sender}`
    return { guard: 'protected', detail: `${member} is protected (${found.why}); ${who} is not named for it` }
  }
}

/** A member's target and id. Both targets give every membership an id of its own. */
const withoutScope = (member: string): string => {
  const [target, , id] = member.split('/')
  return `${target}/${id}`
}
