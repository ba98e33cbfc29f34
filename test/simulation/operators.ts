import { letterFacts } from '../../functions/core/dead-letter/dead-letter.ts'
import { replayedAttributes } from '../../functions/core/dead-letter/replay-attributes.ts'
import { readHistory } from '../../functions/core/dead-letter/trail.ts'
import type { Clock } from './clock.ts'
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
