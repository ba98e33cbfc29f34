import type { Desired } from '../../core/ledger/desired-state.ts'

/** A member's state at its target, compared with the request. */
export type TargetState =
  | { readonly kind: 'wanted'; readonly state: Desired }
  /** `changes`: the differences, one text for each field. */
  | { readonly kind: 'another'; readonly state: Desired; readonly changes: readonly string[] }
  | { readonly kind: 'absent' }
  /** The state could not be read. */
  | { readonly kind: 'unread'; readonly detail: string }

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
