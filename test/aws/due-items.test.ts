import { expect, test } from '@jest/globals'
import { createDueItems } from '../../functions/aws/due-items.ts'

test('a look goes through all pages of a scope, and through all shards', async () => {
  const asked: unknown[] = []
  const due = createDueItems('due', {
    query: async ({ ExclusiveStartKey, ExpressionAttributeValues }) => {
      asked.push(ExpressionAttributeValues?.[':key']?.S)
      const page = { Items: [{ event: { S: `e${asked.length}` } }] }
      return ExclusiveStartKey ? page : { ...page, LastEvaluatedKey: { n: { N: '1' } } }
    },
  })
  const events: string[] = []
  for await (const { event } of due.inScope('wacht/1')) events.push(event)
  expect({ events, asked }).toEqual({ events: ['e1', 'e2'], asked: ['wacht/1', 'wacht/1'] })
  asked.length = 0
  for await (const _ of due.all());
  expect(asked).toEqual(Array.from({ length: 32 }, (_, n) => String(Math.floor(n / 2))))
})
