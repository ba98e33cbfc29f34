import { GetItemCommand } from '@aws-sdk/client-dynamodb'
import { unmarshall } from '@aws-sdk/util-dynamodb'
import type { Entry } from '../../../functions/core/ledger/ledger-entry.ts'
import { following } from '../engines/embedded-engines.ts'
import type { LocalStack } from '../stack/local-stack.ts'
import type { ReadEntry } from './latest-letters.ts'
import { type Page, startPage } from './live-page.ts'
import { queueLook } from './queue-look.ts'

/** The place of the page's port after the first, behind Lambda's. */
const place = 6

/** Past the last port there is, the page takes any free one: nobody has to know it beforehand. */
export const portOf = (first: number): number => {
  const port = following(first, place)
  return port > 65_535 ? 0 : port
}

/** The live page of a stack, whose SQS is at `port`. Rejects with EADDRINUSE when its own port is taken. */
export const pageOf = (stack: LocalStack, port: number, onTrouble: (text: string) => void): Promise<Page> =>
  startPage({
    port: portOf(port),
    name: stack.changes.name,
    look: queueLook(stack, stack.environment.AWS_ENDPOINT_URL_SQS!),
    letters: () => stack.messages(stack.deadLetters),
    entry: entryIn(stack),
    now: Date.now,
    onTrouble,
  })

/** Reads entries of the stack's ledger. */
export const entryIn =
  ({ dynamodb, tables: [TableName] }: Pick<LocalStack, 'dynamodb' | 'tables'>): ReadEntry =>
  async member => {
    try {
      const Key = { member: { S: member } }
      const { Item } = await dynamodb.send(new GetItemCommand({ TableName, Key, ConsistentRead: true }))
      return Item && (unmarshall(Item) as Entry)
    } catch {
      return 'unknown'
    }
  }
