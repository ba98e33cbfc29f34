import type { StoredDue } from '../../core/due/due-item.ts'
import { createEventParser } from '../../core/event/event-parser.ts'
import { msSince } from '../../core/event/instant.ts'
import { type Catalogue, createWithdrawingRoles } from '../../core/event/role-catalogue.ts'
import { kinds } from '../../targets/index.ts'
import type { CliWorld } from '../io/cli-world.ts'
import { askDeployed } from '../io/deployed-catalogue.ts'
import { openDue } from '../io/due-reader.ts'
import { Unavailable } from '../io/exit-codes.ts'
import { openHistory } from '../io/history-reader.ts'
import { lookAt } from './look-at-letters.ts'
import { openDeadLetters } from './open-dead-letters.ts'
import type { WaitingLetters } from './review-rows.ts'
import { type GlobalOptions, readCatalogue, stageNames, stageOf } from './stage-options.ts'

/** What is read beside the list and the ledger. What cannot be read becomes a remark. */
export interface ReviewSources {
  readonly catalogue: Catalogue
  /** The letters that wait, by member. Undefined if they were not looked at. */
  readonly letters: ReadonlyMap<string, WaitingLetters> | undefined
  /** From the event's time to the proof of each member's last withdrawal, in seconds. */
  readonly exposures: ReadonlyMap<string, number>
  /** What takes effect later, by member. Undefined if it could not be read. */
  readonly due: ReadonlyMap<string, readonly StoredDue[]> | undefined
  readonly remarks: string[]
}

/** Reads the deployed catalogue, the letters about a scope, given by its name, and its history. */
export async function readSources(
  scope: string,
  options: GlobalOptions & { readonly letters: boolean },
  world: CliWorld,
): Promise<ReviewSources> {
  const names = stageNames(stageOf(options, world.env))
  const remarks: string[] = []
  const deployed = await askDeployed(world, names.replayFunction)
  if ('unasked' in deployed)
    remarks.push(`Roles have the names of this command's own catalogue: ${deployed.unasked}.`)
  const catalogue = 'unasked' in deployed ? await readCatalogue(options, world) : deployed.catalogue
  const letters = options.letters ? await lettersOf(scope, catalogue, options, world, remarks) : undefined
  if (!letters) remarks.push('Dead letters were not looked at.')
  const exposures = await exposuresOf(scope, catalogue, options, world, remarks)
  const due = await dueIn(scope, options, world, remarks)
  return { catalogue, letters, exposures, due, remarks }
}

/** Looks at all dead letters once, as `dead list` does. Letters that name a person are of no member yet. */
async function lettersOf(
  scope: string,
  catalogue: Catalogue,
  options: GlobalOptions,
  world: CliWorld,
  remarks: string[],
): Promise<ReadonlyMap<string, WaitingLetters>> {
  const letters = new Map<string, WaitingLetters>()
  const parse = createEventParser(kinds, catalogue)
  const meant = lookAt(await openDeadLetters(options, world), world, {
    meant: ({ named: { member } }) => member?.startsWith(`${scope}/`) ?? false,
    onHidden: count => {
      if (count > 0) remarks.push(`About ${count} dead letters were hidden: another reader had them.`)
    },
  })
  for await (const { letter, named } of meant) {
    const member = named.member as string
    const waiting = letters.get(member) ?? { reasons: [], withdrawals: [] }
    letters.set(member, waiting)
    waiting.reasons.push(letter.reason)
    const parsed = parse(letter.body, world.now())
    if (parsed.ok && parsed.change?.withdraws) waiting.withdrawals.push(parsed.change.version)
  }
  return letters
}

async function dueIn(
  scope: string,
  options: GlobalOptions,
  world: CliWorld,
  remarks: string[],
): Promise<ReviewSources['due']> {
  const stage = stageOf(options, world.env)
  const items: StoredDue[] = []
  try {
    for await (const item of openDue(world, stage, stageNames(stage).dueTable).inScope(scope))
      items.push(item)
  } catch (error) {
    if (!(error instanceof Unavailable)) throw error
    remarks.push(`What takes effect later is not known: ${error.message}.`)
    return undefined
  }
  return Map.groupBy(items, ({ member }) => member as string)
}

/** Reads the history of the scope, which has its proofs in their order. */
async function exposuresOf(
  scope: string,
  catalogue: Catalogue,
  options: GlobalOptions,
  world: CliWorld,
  remarks: string[],
): Promise<ReadonlyMap<string, number>> {
  const exposures = new Map<string, number>()
  const stage = stageOf(options, world.env)
  const { withdrawalOf } = createWithdrawingRoles(catalogue)
  try {
    const { historyTable } = stageNames(stage)
    for await (const item of openHistory(world, stage, historyTable).inScope(scope, world.now())) {
      const { outcome, member, role, desired, time, at } = item
      if (outcome !== 'applied' || !desired || !time || !withdrawalOf({ role, member, desired })) continue
      exposures.set(member, Math.round(msSince(time, Date.parse(at)) / 1000))
    }
  } catch (error) {
    if (!(error instanceof Unavailable)) throw error
    exposures.clear()
    remarks.push(`Exposures are not known: ${error.message}.`)
  }
  return exposures
}
