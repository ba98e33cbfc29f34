import { type DeadLetter, namesAsRead, namesOfLetter } from '../core/dead-letter/dead-letter.ts'
import { isMeant, type LetterFilter } from '../core/dead-letter/letter-filter.ts'
import {
  type Beside,
  isLetterUnproven,
  type Plan,
  type PlannedLetter,
  planLetter,
  planOf,
} from '../core/dead-letter/planned-letters.ts'
import type { ParsedEvent } from '../core/event/event.ts'
import { forEachOf } from '../core/for-each-of.ts'
import type { Entry } from '../core/ledger/ledger-entry.ts'
import { createFailures } from './letter-failures.ts'
import { rememberEntries } from './remember-entries.ts'
import type { ReplayWorld } from './replay-world.ts'

/** Which letters a plan is about. */
export interface PlanOptions {
  readonly filter?: LetterFilter
  /** The most letters that are planned. */
  readonly limit?: number | undefined
  readonly signal?: AbortSignal
  /** What is shown beside each letter, for the hash; asked once all letters were told. */
  readonly beside?: Beside
  /** Told each letter of the plan as it is planned, with what the plan does not keep; awaited. */
  readonly onLetter?: (planned: PlannedLetter, found: FoundLetter) => void | Promise<void>
}

/** A letter whole, as it was planned. */
export interface FoundLetter {
  readonly letter: DeadLetter
  readonly parsed: ParsedEvent
  /** Its member's ledger entry; undefined where there is none, or no member. */
  readonly entry: Entry | undefined
}

/** How long a letter stays hidden should this process die, in seconds. */
const hideSeconds = 60

/** Ledger entries that are read at once. */
const reads = 16

/** How long is waited for letters that somebody else is looking at, in seconds: who just looked shows them in one. */
export const patienceSeconds = 3

/** A plan, and what was left out of it. */
export interface MadePlan extends Plan {
  /** Letters that failed; each has a line that says why. */
  readonly failed: number
  /** Letters that were hidden to the end, as SQS estimates: somebody else is looking at them. */
  readonly hidden: number
}

/**
 * Looks at the dead letters and says for each what a replay would make of it. Changes nothing. A letter that fails is left
 * out; when all of them fail, or twenty in a row, it rejects with the latest error.
 */
export async function makePlan(world: ReplayWorld, options: PlanOptions = {}): Promise<MadePlan> {
  const { filter = {}, limit = Number.POSITIVE_INFINITY, signal, onLetter, beside } = options
  const { letters, parse, now, hash } = world
  const read = rememberEntries(world.ledger)
  const failures = createFailures(world)
  const planned: PlannedLetter[] = []
  const plannedAt = new Date(now()).toISOString()
  let hidden = 0

  async function* meant() {
    let count = 0
    if (count >= limit) return
    const onHidden = (so: number) => {
      hidden = so
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
  await forEachOf(meant(), reads, async (letter: DeadLetter) => {
    await failures.attempt(letter, () => planOne(letter))
    failures.over(letter)
  })
  if (failures.tooMany || (failures.failed > 0 && planned.length === 0)) throw failures.latest
  return { ...planOf(planned, plannedAt, hash, beside), failed: failures.failed, hidden }
}
