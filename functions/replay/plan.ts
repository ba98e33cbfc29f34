import { type Letter, namesOfLetter } from '../core/dead-letter.ts'
import type { Entry } from '../core/entry.ts'
import type { ParsedEvent } from '../core/event.ts'
import { isMeant, type LetterFilter } from '../core/letter-filter.ts'
import { type Plan, type PlannedLetter, planLetter, planOf } from '../core/plan.ts'
import { forEachOf } from './each.ts'
import { rememberEntries } from './entries.ts'
import type { ReplayWorld } from './world.ts'

/** Which letters a plan is about. */
export interface PlanOptions {
  readonly filter?: LetterFilter
  /** The most letters that are planned. */
  readonly limit?: number
  readonly signal?: AbortSignal
  /** Told each letter of the plan as it is planned, with what the plan does not keep; awaited. */
  readonly onLetter?: (planned: PlannedLetter, found: Found) => void | Promise<void>
}

/** A letter whole, as it was planned. */
export interface Found {
  readonly letter: Letter
  readonly parsed: ParsedEvent
  /** Its member's ledger entry; undefined where there is none, or no member. */
  readonly entry: Entry | undefined
}

/** How long a letter stays hidden should this process die, in seconds. */
const hideSeconds = 60

/** Ledger entries that are read at once. */
const reads = 16

/** Looks at the dead letters and says for each what a replay would make of it. Changes nothing. */
export async function makePlan(world: ReplayWorld, options: PlanOptions = {}): Promise<Plan> {
  const { filter = {}, limit = Number.POSITIVE_INFINITY, signal, onLetter } = options
  const { letters, parse, now, hash } = world
  const read = rememberEntries(world.ledger)
  const planned: PlannedLetter[] = []
  const plannedAt = new Date(now()).toISOString()

  async function* meant() {
    let count = 0
    if (count >= limit) return
    for await (const letter of letters.look({ hideSeconds, ...(signal && { signal }) })) {
      const parsed = parse(letter.body, now())
      if (!isMeant(filter, letter, namesOfLetter(letter, parsed))) continue
      yield { letter, parsed }
      count += 1
      if (count >= limit) return
    }
  }
  await forEachOf(meant(), reads, async ({ letter, parsed }) => {
    const entry = parsed.ok && parsed.change ? await read(parsed.change.member) : undefined
    const { messageId, reason, sentAt } = letter
    const one: PlannedLetter = {
      ...{ messageId, reason, sentAt, ...namesOfLetter(letter, parsed) },
      ...planLetter(letter, parsed, entry, now()),
      ...{ bodyHash: hash(letter.body), rev: entry?.rev ?? 0 },
    }
    planned.push(one)
    await onLetter?.(one, { letter, parsed, entry })
  })
  return planOf(planned, plannedAt, hash)
}
