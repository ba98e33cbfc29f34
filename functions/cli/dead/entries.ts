import type { KnownEntry } from '../../core/plan.ts'
import { rememberEntries } from '../../replay/entries.ts'
import { openLedger } from '../dynamodb.ts'
import { Failure } from '../exit.ts'
import { note } from '../output.ts'
import { stageNames } from '../settings.ts'
import type { World } from '../world.ts'
import type { NamedLetter } from './look.ts'
import type { DeadLetters } from './open.ts'

/**
 * Reads the ledger entry of a letter's member, where SQS moved the letter itself: no attribute says then whether it is unproven.
 * Where the ledger does not answer the entry is unknown, which is told once.
 */
export function entriesOfCrashed(
  { stage }: DeadLetters,
  world: World,
): (one: NamedLetter) => Promise<KnownEntry> {
  const read = rememberEntries(openLedger(world, stage, stageNames(stage).ledgerTable))
  let told: Promise<void> | undefined
  return async ({ letter, named }) => {
    if (letter.reason !== 'crashed' || named.member === null) return undefined
    try {
      return await read(named.member)
    } catch (error) {
      if (!(error instanceof Failure)) throw error
      told ??= note(
        world,
        `the ledger cannot be read, so crashed letters count as unproven: ${error.message}`,
      )
      await told
      return 'unknown'
    }
  }
}
