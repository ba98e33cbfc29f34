import { createHmac } from 'node:crypto'
import { unmarshall } from '@aws-sdk/util-dynamodb'
import { scopeOf } from '../core/people/person-event.ts'
import { none, type PersonRecord, type Progress } from '../core/people/person-progress.ts'
import type { PersonMemory, RosterMemory } from '../core/ports.ts'
import { expiryAttribute } from '../core/resource-names.ts'
import { messageRetentionMs } from '../core/sqs-limits.ts'
import type { DynamoDbItems } from './dynamodb-items.ts'
import { conflictOf, onlyAfter } from './ledger-table.ts'

/** The fields of an item besides its name and its expiry. */
type Content = Readonly<Record<string, { readonly S: string } | { readonly N: string }>>

/** The item of a place. Without `is` it is forgotten. */
interface KnownPlace {
  readonly is?: string
  readonly page?: number
  readonly [expiryAttribute]?: number
}

/** The item of a message. */
interface Kept {
  readonly is: string
  readonly rev: number
}

/** A stored record. Its name for `enqueued` is `told`, as in items of earlier versions, which can exist for 14 days. */
type StoredRecord = Omit<PersonRecord, 'rev' | 'progress'> & {
  readonly progress: Omit<Progress, 'enqueued'> & { readonly told: Progress['enqueued'] }
}

/** The key of a folded address: an HMAC-SHA256. */
export const personKeyOf = (email: string, secret: string): string =>
  createHmac('sha256', secret).update(email).digest('base64url')

/** Names the secret without showing it. No address has this text, so it is nobody's key. */
export const fingerprintOf = (secret: string): string =>
  personKeyOf('the secret of people', secret).slice(0, 8)

/** The name of a person in the guards file (`personNameForm`): it shows when the secret is another one. */
export const personNameOf = (email: string, secret: string): string =>
  `${fingerprintOf(secret)}.${personKeyOf(email, secret)}`

/** The reads and writes of items that expire. */
function expiring(TableName: string, items: DynamoDbItems) {
  return {
    get: async <T>(name: string): Promise<T | undefined> => {
      const Key = { member: { S: name } }
      const { Item } = await items.get({ TableName, Key, ConsistentRead: true })
      return Item && (unmarshall(Item) as T)
    },
    /** `expires`: seconds since 1970. */
    put: (name: string, expires: number, content: Content, condition = {}): Promise<unknown> => {
      const Item = { member: { S: name }, [expiryAttribute]: { N: String(expires) }, ...content }
      return items.put({ TableName, Item, ...condition })
    },
  }
}

/**
 * The memory of what lists show of protected people, in the ledger's table: `roster/<of>/<scope>`. `of` names the set of people: another set
 * has other items.
 */
export function createRosterMemory(
  TableName: string,
  of: string,
  keepMs: number,
  now: () => number,
  items: DynamoDbItems,
): RosterMemory {
  const { get, put } = expiring(TableName, items)
  const nameOf = (scope: string) => `roster/${of}/${scope}`
  return {
    recall: async scope => {
      const { is, [expiryAttribute]: expires = 0 } = (await get<KnownPlace>(nameOf(scope))) ?? {}
      if (is === undefined || expires * 1000 <= now()) return undefined
      return { members: JSON.parse(is), until: expires * 1000 }
    },
    remember: async (scope, members) => {
      const expires = Math.floor((now() + keepMs) / 1000)
      await put(nameOf(scope), expires, { is: { S: JSON.stringify(members) } })
      return { members, until: expires * 1000 }
    },
  }
}

/**
 * The memory of people, in the ledger's table. `person/<key>/<scope>` is the place where a person was found. The key is an
 * HMAC-SHA256 of the address; its secret is read at the first use. `message/<message id>` is the progress and the end of a
 * message, and needs no secret. A forgotten place is overwritten as expired, so the function needs no permission to delete.
 */
export function createPersonMemory(
  TableName: string,
  secret: () => Promise<string>,
  keepMs: number,
  now: () => number,
  items: DynamoDbItems,
): PersonMemory {
  const ofPerson = (key: string, scope: string) => `person/${key}/${scope}`
  const ofMessage = (messageId: string) => `message/${messageId}`
  const seconds = () => Math.floor(now() / 1000)
  const { get, put } = expiring(TableName, items)

  return {
    key: async email => personKeyOf(email, await secret()),
    fingerprint: async () => fingerprintOf(await secret()),
    recall: async (key, scope) => {
      const { is, page, [expiryAttribute]: expires = 0 } = (await get<KnownPlace>(ofPerson(key, scope))) ?? {}
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
        if (!conflictOf(error)) throw error
        return 'conflict'
      }
    },
  }
}
