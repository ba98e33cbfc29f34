import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals'
import { createDynamoDbItems } from '../../functions/aws/dynamodb-items.ts'
import { createHints, type Hints } from '../../functions/aws/hints-table.ts'
import { mostHints } from '../../functions/core/sweep/hint.ts'
import { localEnvironment } from '../support/aws.ts'
import { type LedgerTable, startLedgerTable } from '../support/ledger-table.ts'

/** Hints in a real table, which has the key of the sweep's. */
let table: LedgerTable
let hints: Hints
beforeAll(async () => {
  table = await startLedgerTable()
  const env = { ...localEnvironment, AWS_ENDPOINT_URL_DYNAMODB: table.url }
  hints = createHints(table.name, createDynamoDbItems({ env }))
})
afterAll(() => table.stop())
afterEach(async () => {
  const names = await hints.read()
  if (names.length > 0) await hints.forget(names)
})

describe('hints', () => {
  test('wait until they are forgotten, each once', async () => {
    expect(await hints.read()).toEqual([])
    await hints.add(['wacht/1/7', 'wacht/2/7'])
    await hints.add(['wacht/1/8'])
    await hints.add(['wacht/1/7', 'wacht/2/7'])
    expect((await hints.read()).toSorted()).toEqual(['wacht/1/7', 'wacht/1/8', 'wacht/2/7'])
    await hints.forget(['wacht/1/7', 'wacht/2/7'])
    expect(await hints.read()).toEqual(['wacht/1/8'])
    await hints.forget(['wacht/1/8', 'wacht/1/9'])
    expect(await hints.read()).toEqual([])
  })
  test('that come while others are forgotten stay', async () => {
    await hints.add(['wacht/1/7'])
    const taken = await hints.read()
    await Promise.all([hints.forget(taken), hints.add(['wacht/1/8'])])
    expect(await hints.read()).toEqual(['wacht/1/8'])
  })
  test('of a flood are the scopes alone, so that their item stays small', async () => {
    await hints.add(Array.from({ length: mostHints }, (_, n) => `wacht/1/${n + 1}`))
    for (let n = 0; n < 20; n++) await hints.add([`wacht/2/${n + 1}`, `wacht/3/${n + 1}`])
    const names = await hints.read()
    expect(names).toHaveLength(mostHints + 2)
    expect(names.filter(name => !name.startsWith('wacht/1/')).toSorted()).toEqual(['wacht/2', 'wacht/3'])
  })
  test('are refused with the error of DynamoDB', async () => {
    const env = { ...localEnvironment, AWS_ENDPOINT_URL_DYNAMODB: table.url }
    const nowhere = createHints('elsewhere', createDynamoDbItems({ env }))
    await expect(nowhere.add(['wacht/1/7'])).rejects.toThrow(/resource/i)
  })
})
