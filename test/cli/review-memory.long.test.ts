import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { afterAll, expect, test } from '@jest/globals'
import { reviewOn, startList } from './reviewed-stage.ts'
import { startStages } from './stage.ts'

setFlagsFromString('--expose-gc')
const collect: () => void = runInNewContext('gc')

const folder = mkdtempSync(join(tmpdir(), 'role-sync-review-'))
let stages: Awaited<ReturnType<typeof startStages>> | undefined
let target: Awaited<ReturnType<typeof startList>> | undefined
afterAll(async () => {
  await target?.server.stop()
  await stages?.stop()
  rmSync(folder, { recursive: true })
})

const used = () => {
  collect()
  return process.memoryUsage().heapUsed
}

test('a scope of 10,000 members is reviewed in 101 calls, and its rows are not in memory', async () => {
  const members = Array.from({ length: 10_000 }, (_, n) => ({
    ...{ id: String(7_301_954_381_230_000_000n + BigInt(n)), roles: ['7', '8'] },
    email: `${String(n).padStart(200, 'e')}@example.com`,
  }))
  stages = await startStages()
  target = await startList(members)
  const stage = await stages.next()
  const file = join(folder, 'review.csv')
  const at = new Map<number, number>()
  target.list.before = page => {
    if (page === 10 || page === 100) at.set(page, used())
    return undefined
  }
  const { code, out } = await reviewOn(
    stage,
    target.server.url,
  )([...['--people', '--no-letters', '--csv', file]])
  expect({ code, out }).toMatchObject({
    code: 0,
    out: expect.stringMatching(/^10000 members .*: 10000 unmanaged\n/),
  })
  expect(readFileSync(file, 'utf8').split('\r\n')).toHaveLength(10_002)
  // Each page begins with the last member of the page before.
  expect(target.server.seen.length).toBe(101)
  // Nine thousand rows would take five megabytes more than their names do.
  expect(at.get(100)! - at.get(10)!).toBeLessThan(3_000_000)
})
