import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { createDynamoDbItems, type DynamoDbReads } from '../../functions/aws/dynamodb-items.ts'
import { createLedger } from '../../functions/aws/ledger-table.ts'
import { createScopeMembers, readScopes } from '../../functions/aws/scope-members.ts'
import { localEnvironment } from '../support/aws.ts'
import { appliedOf, entryOf } from '../support/entries.ts'
import { collect } from '../support/iterate.ts'
import { type LedgerTable, startLedgerTable } from '../support/ledger-table.ts'

let table: LedgerTable
let items: DynamoDbReads
beforeAll(async () => {
  table = await startLedgerTable()
  const dynamodb = createDynamoDbItems({ env: { ...localEnvironment, AWS_ENDPOINT_URL_DYNAMODB: table.url } })
  const ledger = createLedger(table.name, dynamodb)
  for (const member of ['wacht/7/1', 'wacht/7/2', 'wacht/8/1', 'project/p/m', 'burst/x'])
    await ledger.write(entryOf({ member, rev: 1, applied: appliedOf(1) }))
  items = dynamodb
})
afterAll(() => table.stop())

test('the index has the members of each scope, and no item that is no member', async () => {
  const { membersOf } = createScopeMembers(table.name, items, async () => {})
  expect(await collect(membersOf('wacht/7'))).toEqual(['wacht/7/1', 'wacht/7/2'])
  expect(await collect(membersOf('burst/x'))).toEqual([])
  const scopes = await readScopes(table.name, items)
  expect([...scopes].toSorted()).toEqual(['project/p', 'wacht/1', 'wacht/7', 'wacht/8'])
})

test('the scope is no part of an entry that is read', async () => {
  const { entries } = createScopeMembers(table.name, items, async () => {})
  expect([...(await entries(['wacht/7/1', 'wacht/7/3']))]).toEqual([
    ['wacht/7/1', entryOf({ member: 'wacht/7/1', rev: 1, applied: appliedOf(1) })],
  ])
})
