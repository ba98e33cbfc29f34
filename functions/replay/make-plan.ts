import { type DeadLetter, namesAsRead, namesOfLetter } from '../core/dead-letter/dead-letter.ts'
import { isMeant, type LetterFilter } from '../core/dead-letter/letter-filter.ts'
import {
  type Beside,
  isLetterUnproven,
  type Plan,
  type PlannedLetter,
  type PlanSettings,
  planLetter,
  planOf,
} from '../core/dead-letter/planned-letters.ts'
import type { ParsedEvent } from '../core/event/event.ts'
import { forEachOf } from '../core/for-each-of.ts'
import type { Entry } from '../core/ledger/ledger-entry.ts'
import { createFailures } from './letter-failures.ts'
import { rememberEntries } from './remember-entries.ts'
import type { ReplayWorld } from './replay-world.ts'

export interface PlanOptions {
  readonly filter?: LetterFilter
  /** The maximum of planned letters. */
  readonly limit?: number | undefined
  readonly signal?: AbortSignal
  readonly madeWith?: PlanSettings
  /** Further fields of each letter for the hash. Called after the last `onLetter`. */
  readonly beside?: Beside
  /** Called and awaited for each planned letter, with data that the plan does not keep. */
  readonly onLetter?: (planned: PlannedLetter, found: FoundLetter) => void | Promise<void>
}

/** A planned letter with its body and ledger entry. */
export interface FoundLetter {
  readonly letter: DeadLetter
  readonly parsed: ParsedEvent
  /** Its member's ledger entry. Undefined if there is no entry or no member. */
  readonly entry: Entry | undefined
}

/** How long a letter stays hidden if this process dies, in seconds. */
const hideSeconds = 60

/** How many ledger entries are read at once. */
const reads = 16

/** How long to wait for letters that another reader has, in seconds. A reader that just ended frees them within one second. */
export const patienceSeconds = 3

/** A plan, and the counts of letters that are not in it. */
export interface MadePlan extends Plan {
  /** Letters that failed, with one log line each. */
  readonly failed: number
  /** Letters that stayed hidden because another reader has them, as SQS estimates. */
  readonly hidden: number
}

/**
 * Plans a replay of the dead letters: a verdict for each. Changes nothing. A letter that fails is left out. If all fail, or
 * twenty in a row, it rejects with the latest error.
 */
export async function makePlan(world: ReplayWorld, options: PlanOptions = {}): Promise<MadePlan> {
  const { filter = {}, limit = Number.POSITIVE_INFINITY, signal, onLetter, beside, madeWith } = options
  const { letters, parse, now, hash } = world
  const read = rememberEntries(world.ledger)
  const failures = createFailures(world)
  const planned: PlannedLetter[] = []
  const plannedAt = new Date(now()).toISOString()
  let hidden = 0

  async function* matching() {
    let count = 0
    if (count >= limit) return
    const onHidden = (estimate: number) => {
      hidden = estimate
    }
    const looking = { hideSeconds, patienceSeconds, onHidden, ...(signal && { signal }) }
    for await (const letter of letters.look(looking)) {
      if (failures.tooMany) throw failures.latest
      if (!isMeant(filter, letter, namesAsRead(letter, parse, now()))) continue
      yield letter
      count += 1
      if (count >= limit) return
    }
  }
  const planOne = async (letter: DeadLetter) => {
    const parsed = parse(letter.body, now())
    const entry = parsed.ok && parsed.change ? await read(parsed.change.member) : undefined
    const { messageId, reason, sentAt } = letter
    const named = namesOfLetter(letter, parsed)
    const one: PlannedLetter = {
      ...{ messageId, reason, sentAt, ...named },
      ...(isLetterUnproven(letter, named.event, entry, now()) && { unproven: true }),
      ...planLetter(letter, parsed, entry, now()),
      ...{ bodyHash: hash(letter.body), rev: entry?.rev ?? 0 },
    }
    await onLetter?.(one, { letter, parsed, entry })
    planned.push(one)
  }
  await forEachOf(matching(), reads, async (letter: DeadLetter) => {
    await failures.attempt(letter, () => planOne(letter))
    failures.over(letter)
  })
  if (failures.tooMany || (failures.failed > 0 && planned.length === 0)) throw failures.latest
  return {
    ...planOf(planned, plannedAt, hash, { ...(beside && { beside }), ...(madeWith && { madeWith }) }),
    failed: failures.failed,
    hidden,
  }
}
