import type { PlannedLetter } from '../../core/dead-letter/planned-letters.ts'
import type { Desired } from '../../core/ledger/desired-state.ts'
import type { FoundLetter } from '../../replay/make-plan.ts'
import type { Target } from '../../targets/target.ts'
import { type Planned, rehearse } from './dry-run.ts'
import type { ReadTargetState } from './target-state.ts'
import type { TargetState } from './target-state-words.ts'

/** What a letter that is applied would be sent as, and what of it would be new. */
export interface Prepared extends Planned {
  /** What the ledger says is applied now; absent where nothing is. */
  readonly applied?: Desired
  readonly desired: Desired
  /** What the target itself shows, where it was asked. */
  readonly holds?: TargetState
}

/** The requests of a plan. */
export interface Requests {
  /** Of a letter, by its message id; undefined where none would be made. */
  readonly of: (messageId: string) => Prepared | undefined
}

/** Prepares the requests of a plan while it is made; with `ask` the targets are asked, too, what members hold. */
export function prepareRequests(targets: ReadonlyMap<string, Target>, ask?: ReadTargetState) {
  /** As JSON: a text is a fraction of the objects, and there may be many thousands. */
  const prepared = new Map<string, string>()
  return {
    /** To be told each planned letter. */
    prepare: async ({ verdict, messageId }: PlannedLetter, { parsed, entry }: FoundLetter): Promise<void> => {
      if (verdict !== 'apply' || !parsed.ok || !parsed.change) return
      const { change } = parsed
      const before = entry?.applied?.desired
      const target = targets.get(change.target) as Target
      const planned = await rehearse(target, change)
      const one: Prepared = {
        ...planned,
        ...(before && { applied: before }),
        desired: change.desired,
        ...(ask && { holds: await ask(target, change.member, planned) }),
      }
      prepared.set(messageId, JSON.stringify(one))
    },
    of: (messageId: string): Prepared | undefined => {
      const text = prepared.get(messageId)
      return text === undefined ? undefined : JSON.parse(text)
    },
  }
}
