import { letterFacts } from '../../functions/core/dead-letter/dead-letter.ts'
import { replayedAttributes } from '../../functions/core/dead-letter/replay-attributes.ts'
import { readHistory } from '../../functions/core/dead-letter/trail.ts'
import type { Change, ParsedEvent } from '../../functions/core/event/event.ts'
import type { Entry } from '../../functions/core/ledger/ledger-entry.ts'
import type { Clock } from './clock.ts'
import type { Code } from './code.ts'
import type { Queue } from './queue.ts'
import type { Random } from './random.ts'
import type { Scenario } from './scenario.ts'
import { passedOn, replayRole } from './senders.ts'
import type { Letter } from './site.ts'

/** How often operators look at the dead letters, in milliseconds; until some days after a change is given up. */
const roundMs = 7 * 3_600_000
const rounds = 16

/**
 * Operators who replay dead letters at any time, in any order, some more than once: each is sent again to the changes
 * queue with its history, then deleted, unless the replay dies in between.
 */
export function startOperators(
  scenario: Scenario,
  clock: Clock,
  random: Random,
  letters: Letter[],
  queue: Queue,
): void {
  if (scenario.replayed === 0) return
  const look = () => {
    for (const letter of letters.slice().sort(() => random() - 0.5)) {
      if (!random.chance(scenario.replayed)) continue
      const replayed = replayedAttributes(letterFacts(letter.attributes, letter.moved), 'plan')
      const sender = letter.moved ? undefined : letter.attributes.sender
      queue.send(letter.body, readHistory(replayed.trail), scenario.approvals && passedOn(replayRole, sender))
      if (!random.chance(0.1)) letters.splice(letters.indexOf(letter), 1)
    }
  }
  for (let round = 0; round < rounds; round++) {
    clock.at(clock.now() + round * roundMs + random.between(0, roundMs), look)
  }
}

/** What the drain needs of a run. */
interface Drained {
  readonly code: Pick<Code, 'planLetter'>
  readonly scenario: Scenario
  readonly clock: Clock
  readonly letters: Letter[]
  readonly parse: (body: string, now: number) => ParsedEvent
  readonly entries: ReadonlyMap<string, Entry>
}

/** How often the drain runs, until people look at letters no more. */
const [drainMs, drains] = [3 * 3_600_000, 60]
/** How long it may take from reading a member's entry until the letter is removed, in milliseconds. */
const removesInMs = 60_000

/**
 * The drain, where anything is guarded: at any time it removes the letters that the code that ships finds void, a while after it has read
 * the ledger. That nothing is lost by it is judged at the end of the run.
 */
export function startDrain(
  { code, scenario, clock, letters, parse, entries }: Drained,
  random: Random,
): void {
  if (!scenario.approvals) return
  const remove = (letter: Letter) => {
    if (letters.includes(letter)) letters.splice(letters.indexOf(letter), 1)
  }
  const round = () => {
    for (const letter of letters) {
      const parsed = parse(letter.body, clock.now())
      const { member } = (parsed.ok && (parsed.change as Change | undefined)) || {}
      const { reason } = letterFacts(letter.attributes, letter.moved)
      const entry = member === undefined ? undefined : entries.get(member)
      const { verdict } = code.planLetter({ messageId: '', reason }, parsed, entry, clock.now())
      if (verdict === 'superseded' || verdict === 'duplicate')
        clock.at(clock.now() + random.between(0, removesInMs), () => remove(letter))
    }
  }
  for (let n = 0; n < drains; n++) clock.at(clock.now() + n * drainMs + random.between(0, drainMs), round)
}
