import { createHmac } from 'node:crypto'
import { type DynamoDBClient, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb'
import { unmarshall } from '@aws-sdk/util-dynamodb'
import { scopeOf } from '../core/people/person-event.ts'
import { none, type PersonRecord, type Progress } from '../core/people/person-progress.ts'
import type { PersonMemory } from '../core/ports.ts'
import { expiryAttribute } from '../core/resource-names.ts'
import { messageRetentionMs } from '../core/sqs-limits.ts'
import { isConflict, onlyAfter } from './ledger-table.ts'

/** What an item of the table holds beside its name and its expiry. */
type Content = Readonly<Record<string, { readonly S: string } | { readonly N: string }>>

/** The item of a place; without `is` where it was forgotten. */
interface Place {
  readonly is?: string
  readonly page?: number
  readonly [expiryAttribute]?: number
}

/** The item of a message. */
interface Kept {
  readonly is: string
  readonly rev: number
}

/** A record as it is stored: items of earlier versions call `enqueued` `told`, and can be on the queue for 14 days. */
type StoredRecord = Omit<PersonRecord, 'rev' | 'progress'> & {
  readonly progress: Omit<Progress, 'enqueued'> & { readonly told: Progress['enqueued'] }
}

/**
 * What is kept of people, in the ledger's table beside the entries of members. `person/<key>/<scope>` is where a person was
 * found: the key is an HMAC-SHA256 of the address, and the secret of it is asked for when it is first needed.
 * `message/<message id>` is how far a message has come and how it ended, and needs no secret. What is forgotten is
 * overwritten as expired: so the function needs no right to delete from the ledger.
 */
export function createPersonMemory(
  TableName: string,
  secret: () => Promise<string>,
  keepMs: number,
  now: () => number,
  client: Pick<DynamoDBClient, 'send'>,
): PersonMemory {
  const ofPerson = (key: string, scope: string) => `person/${key}/${scope}`
  const ofMessage = (messageId: string) => `message/${messageId}`
  const seconds = () => Math.floor(now() / 1000)
  const get = async <T>(name: string): Promise<T | undefined> => {
    const Key = { member: { S: name } }
    const { Item } = await client.send(new GetItemCommand({ TableName, Key, ConsistentRead: true }))
    return Item && (unmarshall(Item) as T)
  }
  const put = (name: string, expires: number, content: Content, condition = {}): Promise<unknown> => {
    const Item = { member: { S: name }, [expiryAttribute]: { N: String(expires) }, ...content }
    return client.send(new PutItemCommand({ TableName, Item, ...condition }))
  }

  return {
    key: async email =>
      createHmac('sha256', await secret())
        .update(email)
        .digest('base64url'),
    recall: async (key, scope) => {
      const { is, page, [expiryAttribute]: expires = 0 } = (await get<Place>(ofPerson(key, scope))) ?? {}
      if (is === undefined || expires <= seconds()) return undefined
      return page === undefined ? { member: is } : { member: is, page }
    },
    remember: async (key, { member, page }) => {
      const expires = seconds() + Math.ceil(keepMs / 1000)
      const content = { is: { S: member }, ...(page !== undefined && { page: { N: String(page) } }) }
      await put(ofPerson(key, scopeOf(member)), expires, content)
    },
    forget: async (key, member) => void (await put(ofPerson(key, scopeOf(member)), seconds(), {})),
    message: async messageId => {
      const item = await get<Kept>(ofMessage(messageId))
      if (!item) return { rev: 0, progress: none }
      const { progress, ...rest } = JSON.parse(item.is) as StoredRecord
      const { told, ...others } = progress
      return { ...rest, progress: { ...others, enqueued: told }, rev: item.rev }
    },
    keep: async ({ id, sentAt }, { rev, progress: { enqueued, ...others }, ...rest }) => {
      const expires = Math.ceil((sentAt + messageRetentionMs) / 1000)
      const stored: StoredRecord = { ...rest, progress: { ...others, told: enqueued } }
      const content = { rev: { N: String(rev) }, is: { S: JSON.stringify(stored) } }
      try {
        await put(ofMessage(id), expires, content, onlyAfter(rev))
        return 'stored'
      } catch (error) {
        if (!isConflict(error)) throw error
        return 'conflict'
      }
    },
  }
}
