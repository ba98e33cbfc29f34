import type { PlannedLetter } from '../../core/dead-letter/planned-letters.ts'
import type { Version } from '../../core/event/version.ts'
import type { Desired } from '../../core/ledger/desired-state.ts'
import type { FoundLetter } from '../../replay/make-plan.ts'
import type { Target } from '../../targets/target.ts'
import { dryRun, type Planned } from './dry-run.ts'
import type { ReadTargetState } from './target-state.ts'
import type { TargetState } from './target-state-words.ts'

/** The request of a letter, and the states to compare. */
export interface Prepared extends Planned {
  /** The applied state in the ledger, if any. */
  readonly applied?: Desired
  readonly desired: Desired
  readonly version: Version
  /** The member's state at the target, if it was read. */
  readonly holds?: TargetState
}

/** The requests of a plan. */
export interface Requests {
  /** The request of a letter, by message id. Undefined if there is none. */
  readonly of: (messageId: string) => Prepared | undefined
}

/** Whether the request of a letter is shown: it would be made, at once or after an approval. */
export const isShown = (verdict: PlannedLetter['verdict']): boolean =>
  verdict === 'apply' || verdict === 'held'

/** Prepares the requests of a plan while it is made. With `ask` it also reads the members' states from the targets. */
export function prepareRequests(targets: ReadonlyMap<string, Target>, ask?: ReadTargetState) {
  /** By message id, as JSON: text needs much less memory than objects. */
  const prepared = new Map<string, string>()
  return {
    /** Must be called for each planned letter. */
    prepare: async ({ verdict, messageId }: PlannedLetter, { parsed, entry }: FoundLetter): Promise<void> => {
      if (!isShown(verdict) || !parsed.ok || !parsed.change) return
      const { change } = parsed
      const before = entry?.applied?.desired
      const target = targets.get(change.target) as Target
      const planned = await dryRun(target, change)
      const one: Prepared = {
        ...planned,
        ...(before && { applied: before }),
        ...{ desired: change.desired, version: change.version },
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
