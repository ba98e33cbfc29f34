import { createWithdrawingRoles } from '../../core/event/role-catalogue.ts'
import { createGuardModes } from '../../core/guard/guard-trial.ts'
import type { Held } from '../../core/guard/guards.ts'
import type { Applied } from '../../core/ledger/ledger-entry.ts'
import type { Drift } from '../../core/sweep/drift-plan.ts'
import type { CliWorld } from '../io/cli-world.ts'
import { boundOwners, type GlobalOptions, readCatalogue, readGuards } from './stage-options.ts'

/** In words, the guards that may hold a member if what is applied is written again. */
type HoldsOf = (drift: Pick<Drift, 'member' | 'shown'>, applied: Applied) => string[]

/**
 * Reads the file of guards. Who will apply a plan is not known when it is made, and nothing is counted: so it says which guards may hold a
 * member, and under which condition. Protected people are not known without the secret of people.
 */
export async function readHolds(
  options: GlobalOptions & { readonly guards?: string },
  world: CliWorld,
): Promise<HoldsOf> {
  const catalogue = await readCatalogue(options, world)
  const guards = await readGuards(options)
  const { guard } = createGuardModes(guards)
  const { withdrawalOf } = createWithdrawingRoles(catalogue)
  const { of: ownersOf } = boundOwners(guards, catalogue)
  const whyOf = new Map(guards.protected?.map(({ member, why }) => [member, why]))
  return ({ member, shown }, { desired, role }) => {
    const withdraws = withdrawalOf({ member, desired, role })
    const held = guard({ member, ...(withdraws && { withdraws }) }, '')
    const owners = ownersOf({ member, desired }).filter(({ isIn }) => isIn(shown))
    return [
      ...(held ? [heldWords(held, whyOf.get(member))] : []),
      ...owners.map(
        ({ role: owned, keep }) =>
          `last_owner (role ${owned}, keep ${keep}), counted at the target when it takes effect`,
      ),
    ].map(words => `${member} may be held: ${words}`)
  }
}

function heldWords({ guard, limit }: Held, why: string | undefined): string {
  if (!limit) return `${guard} (${why ?? 'the same id in another scope'}), unless its entry names your sender`
  const share = limit.share === undefined ? '' : `, or a share of ${limit.share} of the scope,`
  return `${guard}, if you have withdrawn more than ${limit.floor} members${share} within ${limit.windowMs / 1000} seconds`
}
