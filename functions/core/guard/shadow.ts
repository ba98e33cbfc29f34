import * as v from 'valibot'
import type { GuardName } from '../dead-letter/reason.ts'
import type { Desired } from '../ledger/desired-state.ts'
import { namedSender } from './sender.ts'

/** Whose changes are shadowed as a whole: those of this sender at this target. Without a sender: those of all. */
export interface ShadowRule {
  readonly sender?: string | undefined
  readonly target: string
}

/** Whether changes of this sender at this target are shadowed. */
export type IsShadowed = (target: string, sender: string) => boolean

/** How the target's state compares with the change. `not_shown`: the target shows no state, or it could not be read. */
export type Shows = 'same' | 'differs' | 'absent' | 'not_shown'

/** What is known of a change that is shadowed: nothing was written. */
export interface ShadowFacts {
  /** The guard that would hold it. Absent: it would be sent. */
  readonly wouldHold?: GuardName
  readonly shows: Shows
  /** What the target showed. Absent if that is too long. */
  readonly shown?: Desired
}

/** The schema of an entry's mode. Absent: `enforce`. */
export const guardMode = v.optional(v.picklist(['enforce', 'shadow'], 'must be enforce or shadow'))

export type GuardMode = v.InferOutput<typeof guardMode>

/** The schema of the list `shadow`. `targets` are the names that an entry may have. */
export const shadowRules = (targets: readonly string[]) =>
  v.pipe(
    v.array(
      v.strictObject(
        {
          sender: v.optional(namedSender),
          target: v.picklist(targets, `must be ${targets.join(' or ')}`),
        },
        'must be an object',
      ),
      'must be a list of senders and targets',
    ),
    v.check(
      all => new Set(all.map(({ sender = '', target }) => `${sender} ${target}`)).size === all.length,
      'must not have two entries for the same sender and target',
    ),
  )

export const createShadowed =
  (rules: readonly ShadowRule[]): IsShadowed =>
  (target, sender) =>
    rules.some(rule => rule.target === target && (rule.sender ?? sender) === sender)

/** The longest state of a target that is kept, in characters of JSON. */
const longestShown = 2000

/** What a change would have met: the guard that would hold it, and the state that the target shows, if it does. */
export function shadowFacts(
  wouldHold: GuardName | undefined,
  shown: Desired | 'absent' | undefined,
  isSame: (state: Desired) => boolean,
): ShadowFacts {
  const held = wouldHold && { wouldHold }
  if (shown === undefined) return { ...held, shows: 'not_shown' }
  if (shown === 'absent') return { ...held, shows: 'absent' }
  const isShort = JSON.stringify(shown).length <= longestShown
  return { ...held, shows: isSame(shown) ? 'same' : 'differs', ...(isShort && { shown }) }
}

const showsWords: Readonly<Record<Shows, string>> = {
  same: 'the target showed the same state',
  differs: 'the target showed another state',
  absent: 'the target showed no such member',
  not_shown: 'the target did not show the state',
}

/** What a shadowed change would have met, as text; only that nothing was written where no more is known. */
export function shadowWords({
  wouldHold,
  shows,
}: {
  readonly wouldHold?: GuardName | undefined
  readonly shows?: Shows | undefined
}): string {
  if (shows === undefined) return 'nothing was written'
  return `${wouldHold ? `would hold (${wouldHold})` : 'would apply'}; ${showsWords[shows]}`
}
