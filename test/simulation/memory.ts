import type { DynamoDbItems } from '../../functions/aws/dynamodb-items.ts'
import type { PersonMemory, RosterMemory } from '../../functions/core/ports.ts'
import type { Clock } from './clock.ts'
import type { Code } from './code.ts'
import type { Instance } from './lambda.ts'
import type { Random } from './random.ts'
import { callRemote } from './remote.ts'
import type { Faults } from './scenario.ts'

/** How long it is remembered where a person was found, in milliseconds: short, so that it runs out within a schedule. */
export const keepMs = 600_000

/** The secret of people. */
export const peopleSecret = 'key'

interface Item {
  readonly member: { readonly S: string }
  readonly rev?: { readonly N: string }
}

interface Input {
  readonly Key?: Pick<Item, 'member'>
  readonly Item?: Item
  readonly ConditionExpression?: string
}

/** What is kept of people, by the code that ships, over items of a table as silent as the ledger's; `kept` sees each. */
export function createMemory(
  { createPersonMemory, createRosterMemory }: Pick<Code, 'createPersonMemory' | 'createRosterMemory'>,
  clock: Clock,
  { ledgerSilent: silent, ledgerThrottled: throttled }: Faults,
  kept: (item: string) => void,
) {
  const items = new Map<string, Item>()
  const work = ({ Key, Item, ConditionExpression }: Input) => {
    if (Key) return { Item: items.get(Key.member.S) }
    if (!Item) return {}
    const { rev = { N: '0' } } = items.get(Item.member.S) ?? {}
    if (ConditionExpression && Number(rev.N) !== Number(Item.rev?.N) - 1) return conflict
    items.set(Item.member.S, Item)
    kept(JSON.stringify(Item))
    return {}
  }

  /** The memory as one instance sees it. */
  return (instance: Instance, random: Random): PersonMemory & { readonly rosters: RosterMemory } => {
    const call = async (input: unknown) => {
      const answer = await callRemote(clock, instance, random, { silent, throttled }, () =>
        work(input as Input),
      )
      if (answer === conflict) throw Object.assign(new Error(), { name: 'ConditionalCheckFailedException' })
      return answer
    }
    const secret = () =>
      callRemote(clock, instance, random, { silent: 0, throttled: throttled / 4 }, () => peopleSecret)
    const table = { get: call, put: call } as DynamoDbItems
    return {
      ...createPersonMemory('ledger', secret, keepMs, clock.now, table),
      rosters: createRosterMemory('ledger', 'these', keepMs, clock.now, table),
    }
  }
}

const conflict = {}
