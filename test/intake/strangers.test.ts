import { describe, expect, test } from '@jest/globals'
import { production } from '../../infra/config.ts'
import { createThrottle } from '../../infra/local/stack/api-gateway.ts'
import { createRandom } from '../simulation/random.ts'
import { startIntake } from './fake-world.ts'
import { routed } from './requests.ts'
import { okta, strange, token } from './subjects.ts'

interface Load {
  /** Signed deliveries a second. */
  readonly honest: number
  /** Requests a second at the same address, without a valid signature. */
  readonly strangers: number
  readonly seconds: number
  /** The limit of the route: what ships, unless given. */
  readonly limit?: { readonly perSecond: number; readonly burst: number }
}

const shipped = { perSecond: production.intakeRequestsPerSecond, burst: production.intakeBurst }

/** What becomes of all requests to the address of one source, in virtual time: the limit of its route, then the function. */
async function play({ honest, strangers, seconds, limit = shipped }: Load) {
  const { answer, world } = startIntake(okta.declared)
  const began = world.now
  const isFree = createThrottle(limit, () => world.now)
  // At random, for two regular rates could meet the limit's own by chance.
  const random = createRandom(7, 'arrivals')
  const times = (rate: number, key: string) =>
    Array.from({ length: rate * seconds }, () => ({ at: random() * seconds * 1000, key }))
  const arrivals = [...times(honest, token), ...times(strangers, strange)].sort((a, b) => a.at - b.at)
  const statuses = { honest: [] as number[], strangers: [] as number[] }
  for (const { at, key } of arrivals) {
    world.now = began + Math.floor(at) // a clock of whole milliseconds, as ours and API Gateway's are
    const sent = okta.sign(okta.many(1), key)
    const status = isFree() ? (await answer(routed('there', sent))).statusCode : 429
    statuses[key === token ? 'honest' : 'strangers'].push(status)
  }
  const share = (of: readonly number[], status: number) =>
    of.filter(each => each === status).length / of.length
  return {
    accepted: share(statuses.honest, 202),
    refused: share(statuses.strangers, 401),
    reads: world.reads,
    queued: world.queue.length,
  }
}

describe('beside 200 requests a second without a valid signature an honest source', () => {
  test('has every delivery taken, at 50 a second', async () => {
    const { accepted, refused, queued } = await play({ honest: 50, strangers: 200, seconds: 20 })
    expect({ accepted, refused, queued }).toEqual({ accepted: 1, refused: 1, queued: 1000 })
  })
  test('has its secret read no more than twice a minute for all of them', async () => {
    const { reads } = await play({ honest: 1, strangers: 20, seconds: 62 })
    // Once at the start, and once in each half minute.
    expect(reads).toBe(1 + 3)
  })
  test('has every delivery taken also at six times its rate', async () => {
    expect(await play({ honest: 300, strangers: 200, seconds: 5 })).toMatchObject({ accepted: 1 })
  })
  test('would lose four of five at a limit of its own rate, where strangers count', async () => {
    const { accepted } = await play({
      honest: 50,
      strangers: 200,
      seconds: 30,
      limit: { perSecond: 50, burst: 100 },
    })
    expect(accepted).toBeLessThan(0.25)
  })
})

test('only a stranger who sends more than the limit takes something, and no more than the share of what is too much', async () => {
  const { accepted } = await play({ honest: 50, strangers: 1000, seconds: 30 })
  expect(accepted).toBeGreaterThan(500 / 1050)
  expect(accepted).toBeLessThan(0.6)
})
