import { allScopes, type Catalogue } from '../../core/event/role-catalogue.ts'
import type { HistoryItem } from '../../core/history/history-item.ts'
import { scopeName } from '../../core/people/person-event.ts'
import { kinds } from '../../targets/index.ts'
import type { CliWorld } from '../io/cli-world.ts'
import { askDeployed } from '../io/deployed-catalogue.ts'
import { Failure } from '../io/exit-codes.ts'
import type { HistoryReader } from '../io/history-reader.ts'
import type { Troubles } from '../io/shared-reads.ts'

/** How far back a change is recent, in milliseconds: a week. */
export const recentMs = 7 * 86_400_000

/** The most scopes that are read, and the most items of each. */
const [mostScopes, mostOfScope] = [25, 5]

/** What recent ends are read with. */
export interface RecentWorld {
  readonly world: CliWorld
  readonly replayFunction: string
  readonly history: HistoryReader
  readonly troubles: Troubles
  /** Names the scopes where nobody can say which catalogue is deployed. */
  readonly catalogue: Catalogue
}

/**
 * What ended last in each scope of the deployed role catalogue, newest first in each: the index knows a scope's newest items, and none knows
 * the newest of all. One query after the other. Rejects at the first that fails.
 */
export async function readRecentEnds(recent: RecentWorld): Promise<readonly HistoryItem[]> {
  const { world, replayFunction, history, troubles } = recent
  let { catalogue } = recent
  await troubles.watch('the deployed roles', async () => {
    const deployed = await askDeployed(world, replayFunction)
    if ('unasked' in deployed) throw new Failure(deployed.unasked)
    catalogue = deployed.catalogue
  })
  const since = world.now() - recentMs
  const ends: HistoryItem[] = []
  for (const scope of allScopes(catalogue).map(scopeName).slice(0, mostScopes))
    for await (const item of history.newestInScope(scope, since, mostOfScope)) ends.push(item)
  return ends
}

/** Whether a text is the name of a member. */
export const isMember = (text: string): boolean => {
  const [target, ...ids] = text.split('/')
  return kinds.some(({ name }) => name === target) && ids.length === 2 && !ids.includes('')
}

/** An item of the history as the log line `outcome`. A message without a member has a key in its place. */
export const lineOf = ({ member, message, outcome, ...item }: HistoryItem) => ({
  ...item,
  ...{ message: 'outcome', messageId: message, outcome, member: isMember(member) ? member : null },
})
