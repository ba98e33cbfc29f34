import type { Desired } from '../../core/ledger/desired-state.ts'

/** A member's state at its target, compared with the request. */
export type TargetState =
  | { readonly kind: 'wanted'; readonly state: Desired }
  /** `changes`: the differences, one text for each field. */
  | { readonly kind: 'another'; readonly state: Desired; readonly changes: readonly string[] }
  | { readonly kind: 'absent' }
  /** The state could not be read. */
  | { readonly kind: 'unread'; readonly detail: string }

/** The changes of a write, one text for each field: `owner: true → false`, `groupIds: + b, − a`. A list counts as a set. */
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

/** A member's state at its target, in one line. */
export function targetStateWords(holds: TargetState): string {
  switch (holds.kind) {
    case 'wanted':
      return 'the target already shows this state'
    case 'another':
      return `the target shows ${JSON.stringify(holds.state)}; changes: ${holds.changes.join('; ')}`
    case 'absent':
      return 'the target shows no such member'
    case 'unread':
      return `the target could not be read: ${holds.detail}`
    default:
      return holds satisfies never
  }
}
