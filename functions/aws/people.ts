import { createHmac } from 'node:crypto'
import { type DynamoDBClient, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb'
import { expiryAttribute } from '../core/names.ts'
import { scopeOf } from '../core/person.ts'
import type { PersonMemory, Progress } from '../core/ports.ts'

/**
 * Where people were found, in the ledger's table beside the entries of members: `person/<key>/<scope>`, where the key is
 * an HMAC-SHA256 of the address, and the secret of it is asked for when it is first needed; and `search/<message id>`, how
 * far a message has come. What is forgotten is overwritten as expired: so the function needs no right to delete from the
 * ledger.
 */
export function createPersonMemory(
  TableName: string,
  secret: () => Promise<string>,
  keepMs: number,
  now: () => number,
  client: Pick<DynamoDBClient, 'send'>,
): PersonMemory {
  const nameOf = (key: string, scope: string) => `person/${key}/${scope}`
  const ofMessage = (messageId: string) => `search/${messageId}`
  const seconds = () => Math.floor(now() / 1000)
  const get = async (name: string): Promise<string | undefined> => {
    const Key = { member: { S: name } }
    const { Item } = await client.send(new GetItemCommand({ TableName, Key, ConsistentRead: true }))
    const isFresh = Number(Item?.[expiryAttribute]?.N ?? 0) > seconds()
    return isFresh ? Item?.is?.S : undefined
  }
  const put = async (name: string, is: string | undefined): Promise<void> => {
    const expires = seconds() + (is === undefined ? 0 : Math.ceil(keepMs / 1000))
    const Item = { member: { S: name }, [expiryAttribute]: { N: String(expires) } }
    await client.send(
      new PutItemCommand({ TableName, Item: is === undefined ? Item : { ...Item, is: { S: is } } }),
    )
  }

  return {
    key: async email =>
      createHmac('sha256', await secret())
        .update(email)
        .digest('base64url'),
    recall: (key, scope) => get(nameOf(key, scope)),
    remember: (key, member) => put(nameOf(key, scopeOf(member)), member),
    forget: (key, member) => put(nameOf(key, scopeOf(member)), undefined),
    progress: async messageId => {
      const text = await get(ofMessage(messageId))
      return text === undefined ? undefined : (JSON.parse(text) as Progress)
    },
    keepProgress: (messageId, progress) => put(ofMessage(messageId), JSON.stringify(progress)),
  }
}
