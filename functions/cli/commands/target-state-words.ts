import type { Desired } from '../../core/ledger/desired-state.ts'

/** What a target shows that a member holds now, compared with the request that would be made. */
export type TargetState =
  | { readonly kind: 'wanted'; readonly state: Desired }
  /** `changes` tells the difference, a text a field. */
  | { readonly kind: 'another'; readonly state: Desired; readonly changes: readonly string[] }
  | { readonly kind: 'absent' }
  /** It could not be read, and why. */
  | { readonly kind: 'unread'; readonly detail: string }

/** What a write would change, field by field: `owner: true → false`, `groupIds: + b, − a`; a list counts as a set. */
export function changesOf(state: Desired, body: Desired): string[] {
  return Object.entries(body).flatMap(([field, wanted]) => {
    const shown = state[field]
    if (!Array.isArray(wanted) || !Array.isArray(shown))
      return shown === wanted ? [] : [`${field}: ${shown ?? '(none)'} → ${wanted}`]
    const added = wanted.filter(item => !shown.includes(item)).map(item => `+ ${item}`)
    const gone = [...new Set(shown)].filter(item => !wanted.includes(item)).map(item => `− ${item}`)
    return added.length + gone.length === 0 ? [] : [`${field}: ${[...added, ...gone].join(', ')}`]
  })
}

/** What a target shows, in one line. */
export function targetStateWords(holds: TargetState): string {
  switch (holds.kind) {
    case 'wanted':
      return 'the target shows this state already'
    case 'another':
      return `the target shows ${JSON.stringify(holds.state)}; to change: ${holds.changes.join('; ')}`
    case 'absent':
      return 'the target shows no such member'
    case 'unread':
      return `the target was not read: ${holds.detail}`
    default:
      return holds satisfies never
  }
}
