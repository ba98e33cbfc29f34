import { createHmac } from 'node:crypto'
import { type DynamoDBClient, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb'
import { expiryAttribute } from '../core/names.ts'
import { scopeOf } from '../core/person.ts'
import type { PersonMemory } from '../core/ports.ts'

/**
 * Where people were found, in the ledger's table beside the entries of members: `person/<key>/<scope>`, where the key is
 * an HMAC-SHA256 of the address, and the secret of it is asked for when it is first needed. What is forgotten is overwritten
 * as expired: so the function needs no right to delete from the ledger.
 */
export function createPersonMemory(
  TableName: string,
  secret: () => Promise<string>,
  keepMs: number,
  now: () => number,
  client: Pick<DynamoDBClient, 'send'>,
): PersonMemory {
  const nameOf = (key: string, scope: string) => ({ S: `person/${key}/${scope}` })
  const put = async (key: string, member: string, expires: number, rest: Record<string, { S: string }>) => {
    const Item = { member: nameOf(key, scopeOf(member)), [expiryAttribute]: { N: String(expires) }, ...rest }
    await client.send(new PutItemCommand({ TableName, Item }))
  }
  const seconds = () => Math.floor(now() / 1000)

  return {
    key: async email =>
      createHmac('sha256', await secret())
        .update(email)
        .digest('base64url'),
    recall: async (key, scope) => {
      const Key = { member: nameOf(key, scope) }
      const { Item } = await client.send(new GetItemCommand({ TableName, Key, ConsistentRead: true }))
      const isFresh = Number(Item?.[expiryAttribute]?.N ?? 0) > seconds()
      return isFresh ? Item?.is?.S : undefined
    },
    remember: (key, member) => put(key, member, seconds() + Math.ceil(keepMs / 1000), { is: { S: member } }),
    forget: (key, member) => put(key, member, seconds(), {}),
  }
}
