import { sha256 } from '../../aws/sha256.ts'
import { createSender } from '../../aws/sqs-send.ts'
import type { Names } from '../../core/resource-names.ts'
import type { LetterRecord, ReplayWorld } from '../../replay/replay-world.ts'
import type { CliWorld } from '../io/cli-world.ts'
import { openLedger } from '../io/ledger-reader.ts'
import { failedIn, findQueue } from '../io/open-queue.ts'
import { openDeadLetters } from './open-dead-letters.ts'
import { type GlobalOptions, stageNames } from './stage-options.ts'

/** Opens the queues and the ledger of a stage for plans. Rejects with a Failure if one cannot be used. */
export async function openReplay(
  options: GlobalOptions,
  world: CliWorld,
  log: (record: LetterRecord) => void,
): Promise<ReplayWorld & Pick<Names, 'changesQueue' | 'replayFunction'> & { readonly queue: string }> {
  const { stage, client, queue, letters, parse } = await openDeadLetters(options, world)
  const { changesQueue, ledgerTable, replayFunction } = stageNames(stage)
  const failed = failedIn(world)
  const change = createSender(await findQueue(world, client, stage, changesQueue), client)
  return {
    ...{ queue, changesQueue, replayFunction, letters, parse, hash: sha256 },
    change: (body, attributes) => change(body, attributes).catch(failed),
    ledger: openLedger(world, stage, ledgerTable),
    log: { letter: log },
    now: world.now,
    wait: world.wait,
  }
}
