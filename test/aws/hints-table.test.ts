import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals'
import { createDynamoDbItems } from '../../functions/aws/dynamodb-items.ts'
import { createHints, createSweepCall, type Hints } from '../../functions/aws/hints-table.ts'
import { mostHints } from '../../functions/core/sweep/hint.ts'
import { readSweepRequest } from '../../functions/sweep/sweep-request.ts'
import { localEnvironment } from '../support/aws.ts'
import { type LedgerTable, startLedgerTable } from '../support/ledger-table.ts'
import { startServer } from '../support/server.ts'
import { expectedAuthorization } from '../support/sigv4.ts'

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
  test('are the first ones where none waited before', async () => {
    expect(await hints.add(['wacht/1/7', 'wacht/2/7'])).toBe(true)
    expect(await hints.add(['wacht/1/7'])).toBe(false)
    expect(await hints.add(['wacht/1/8'])).toBe(false)
    await hints.forget(['wacht/1/7', 'wacht/2/7'])
    expect(await hints.add(['wacht/1/7'])).toBe(false)
    await hints.forget(await hints.read())
    expect(await hints.add(['wacht/1/7'])).toBe(true)
  })
  test('that come while others are forgotten stay', async () => {
    await hints.add(['wacht/1/7'])
    const taken = await hints.read()
    await Promise.all([hints.forget(taken), hints.add(['wacht/1/8'])])
    expect(await hints.read()).toEqual(['wacht/1/8'])
  })
  test('of a flood are the scopes alone, so that their item stays small', async () => {
    await hints.add(Array.from({ length: mostHints }, (_, n) => `wacht/1/${n + 1}`))
    for (let n = 0; n < 20; n++) expect(await hints.add([`wacht/2/${n + 1}`, `wacht/3/${n + 1}`])).toBe(false)
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

describe('a call of the sweep', () => {
  const callAt = async (status: number) => {
    const server = await startServer(response => void response.writeHead(status).end())
    const env = { ...localEnvironment, AWS_ENDPOINT_URL_LAMBDA: server.url }
    return { server, call: createSweepCall('role-sync-prod-sweep', { env }) }
  }

  test('continues its round, signed for Lambda, and waits for no result', async () => {
    const { server, call } = await callAt(202)
    await call()
    const [seen] = server.seen
    await server.stop()
    expect(seen).toMatchObject({
      ...{ method: 'POST', url: '/2015-03-31/functions/role-sync-prod-sweep/invocations' },
      headers: { 'x-amz-invocation-type': 'Event' },
      body: '{"action":"continue"}',
    })
    const { AWS_ACCESS_KEY_ID: key, AWS_SECRET_ACCESS_KEY: secret, AWS_REGION: region } = localEnvironment
    expect(seen!.headers.authorization).toBe(
      expectedAuthorization(seen!, { ...{ key, secret, region, service: 'lambda' } } as never),
    )
    expect(() => readSweepRequest(JSON.parse(seen!.body))).not.toThrow()
  })
  test('that Lambda refuses is an error', async () => {
    const { server, call } = await callAt(403)
    await expect(call()).rejects.toThrow('Lambda answers with status 403')
    await server.stop()
  })
})
