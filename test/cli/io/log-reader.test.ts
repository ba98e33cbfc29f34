import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { followLog } from '../../../functions/cli/io/log-reader.ts'
import { noon } from '../../support/events.ts'
import { type FakeCloudWatch, startCloudWatch } from '../fake-cloudwatch.ts'
import { fakeWorld } from '../fake-world.ts'

const minute = 60_000
let cloudWatch: FakeCloudWatch
beforeEach(async () => {
  cloudWatch = await startCloudWatch()
})
afterEach(() => cloudWatch.stop())

/** A reader with what it told. Each reading of its clock is a round's. */
function reader() {
  const { world } = fakeWorld()
  const told: string[] = []
  const listener = {
    line: (text: string, at: number) => void told.push(`${JSON.parse(text).n} ${at - noon}`),
    gap: () => void told.push('gap'),
  }
  const round = followLog({ ...world, logs: async () => cloudWatch.client() }, '/aws/lambda/f', listener)
  return { round, told, wait: world.wait }
}
const write = (n: number, at: number) => cloudWatch.write(noon + at, { message: 'outcome', n })

test('the first round begins 15 minutes back, asks for the lines about messages and targets, and reads all pages', async () => {
  cloudWatch.pageSize = 1
  for (const [n, at] of [-16, -15, -1].entries()) write(n, at * minute)
  const { round, told } = reader()
  expect(await round()).toBeUndefined()
  expect(told).toEqual(['gap', `1 ${-15 * minute}`, `2 ${-minute}`])
  expect(cloudWatch.reads).toHaveLength(2)
  expect(cloudWatch.reads[0]).toEqual({
    ...{ logGroupName: '/aws/lambda/f', startTime: noon - 15 * minute },
    filterPattern:
      '{ ($.message = "attempt") || ($.message = "search") || ($.message = "outcome") || ($.message = "retry") }',
  })
})

test('the next round tells what came since, also half a minute late, and nothing twice', async () => {
  write(0, -1000)
  const { round, told, wait } = reader()
  await round()
  write(1, 2000)
  write(2, -25_000)
  await wait(5000)
  await round()
  expect(told).toEqual(['gap', '0 -1000', '1 2000', '2 -25000'])
  expect(cloudWatch.reads.map(({ startTime }) => Number(startTime) - noon)).toEqual([-15 * minute, -30_000])
})

test('a round reads at most five pages and says how far it came; the next one reads the rest', async () => {
  cloudWatch.pageSize = 2
  for (let n = 0; n < 11; n++) write(n, -20_000 + n * 1000)
  const { round, told, wait } = reader()
  expect(await round()).toBe(noon - 11_000)
  expect(cloudWatch.reads).toHaveLength(5)
  await wait(5000)
  expect(await round()).toBeUndefined()
  expect(told.slice(1).map(text => text.split(' ')[0])).toEqual(Array.from({ length: 11 }, (_, n) => `${n}`))
  expect(cloudWatch.reads).toHaveLength(6)
})

test('after 15 minutes without a round the next one begins anew, and says that there is a gap', async () => {
  const { round, told, wait } = reader()
  await round()
  await wait(15 * minute)
  await round()
  expect(told).toEqual(['gap'])
  await wait(15 * minute + 1)
  await round()
  expect(told).toEqual(['gap', 'gap'])
})

test('a refused round names the permission, and the next one reads from the same place', async () => {
  write(0, -1000)
  const { round, told } = reader()
  cloudWatch.refused.add('FilterLogEvents')
  await expect(round()).rejects.toThrow('no permission logs:FilterLogEvents')
  cloudWatch.refused.clear()
  await round()
  expect(told.at(-1)).toBe('0 -1000')
})
