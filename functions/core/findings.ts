import type { Effect } from './effect.ts'

/** What came of looking for one person in one scope, by its name: `wacht/<organizationId>`. */
export type Finding = { readonly scope: string } & (
  | { readonly kind: 'remembered'; readonly member: string }
  /** The member's event is on the queue already, by an attempt before this one. */
  | { readonly kind: 'told'; readonly member: string }
  /** `listed`: how many members the scope has; `members`: those of them with the person's address. */
  | { readonly kind: 'searched'; readonly members: readonly string[]; readonly listed: number }
  | { readonly kind: 'unread'; readonly effect: Effect }
)

/** What came of looking for one person in all scopes. */
export type Sought =
  /** Some scope has several members with the address: nobody knows which one is meant. */
  | { readonly kind: 'ambiguous'; readonly detail: string }
  | {
      readonly kind: 'found'
      /** At most one of each scope; without those that are told. */
      readonly members: readonly string[]
      readonly told: readonly string[]
      /** Where the person is not, in words; undefined when it is everywhere. */
      readonly missing: string | undefined
      /** Why a scope could not be read; undefined when all were. */
      readonly unread: Effect | undefined
    }

/** Sums up the findings on one person. */
export function soughtIn(findings: readonly Finding[]): Sought {
  const several = findings.find(finding => membersIn(finding).length > 1)
  if (several) {
    const members = membersIn(several)
    const some = members.slice(0, mostNamed).join(', ')
    return {
      kind: 'ambiguous',
      detail: `${several.scope} lists ${members.length} members with this e-mail address: ${some}`,
    }
  }
  const missing = findings.flatMap(finding =>
    finding.kind === 'searched' && finding.members.length === 0
      ? [`${finding.scope} (${finding.listed} listed)`]
      : [],
  )
  return {
    kind: 'found',
    members: findings.flatMap(membersIn),
    told: findings.flatMap(finding => (finding.kind === 'told' ? [finding.member] : [])),
    missing: missing.length > 0 ? missing.join(', ') : undefined,
    unread: findings.find(finding => finding.kind === 'unread')?.effect,
  }
}

/** The most members that an explanation names. */
const mostNamed = 5

function membersIn(finding: Finding): readonly string[] {
  if (finding.kind === 'remembered') return [finding.member]
  return finding.kind === 'searched' ? finding.members : []
}
