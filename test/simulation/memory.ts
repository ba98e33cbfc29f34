import type { PersonMemory } from '../../functions/core/ports.ts'
import type { Clock } from './clock.ts'
import type { Code } from './code.ts'
import type { Instance } from './lambda.ts'
import type { Random } from './random.ts'
import { callRemote } from './remote.ts'
import type { Faults } from './scenario.ts'

/** How long it is remembered where a person was found, in milliseconds: short, so that it runs out within a schedule. */
const keepMs = 600_000

interface Input {
  readonly Key?: { readonly member: { readonly S: string } }
  readonly Item?: { readonly member: { readonly S: string } }
}

/** Where people were found, by the code that ships, over items of a table as silent as the ledger's; `kept` sees each. */
export function createMemory(
  { createPersonMemory }: Pick<Code, 'createPersonMemory'>,
  clock: Clock,
  { ledgerSilent: silent, ledgerThrottled: throttled }: Faults,
  kept: (item: string) => void,
) {
  const items = new Map<string, unknown>()
  const work = ({ Key, Item }: Input) => {
    if (Key) return { Item: items.get(Key.member.S) }
    if (Item) items.set(Item.member.S, Item)
    kept(JSON.stringify(Item))
    return {}
  }

  /** The memory as one instance sees it. */
  return (instance: Instance, random: Random): PersonMemory => {
    const send = ({ input }: { readonly input: Input }) =>
      callRemote(clock, instance, random, { silent, throttled }, () => work(input))
    const secret = () =>
      callRemote(clock, instance, random, { silent: 0, throttled: throttled / 4 }, () => 'key')
    return createPersonMemory('ledger', secret, keepMs, clock.now, { send } as never)
  }
}
