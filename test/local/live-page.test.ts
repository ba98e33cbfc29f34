import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { framesOf, type PageTest, startPageTest } from './page-world.ts'

let page: PageTest
beforeEach(async () => {
  page = await startPageTest()
})
afterEach(() => page.stop())
const ended = (outcome: 'applied' | 'dead') =>
  page.outcome({ messageId: 'a', outcome, receives: 1 } as Parameters<PageTest['outcome']>[0])

test('counts an outcome once in its history, and in what ended in all', async () => {
  const next = await framesOf(page.url)
  ended('applied')
  ended('applied')
  await page.turn()
  await next()
  page.at += 10_000
  ended('dead')
  await page.turn()
  const { outcomes, name, view } = await next()
  expect(name).toBe('the-changes')
  expect(outcomes.values[0]).toEqual([2, 0])
  expect(outcomes.values[4]).toEqual([0, 1])
  expect(JSON.stringify(view.now)).toContain('"2"')
})
test('keeps its history, and reads no message, while nobody looks', async () => {
  await page.turn()
  page.at += 1000
  page.visible = 5
  expect(page.reads()).toBe(0)
  const next = await framesOf(page.url)
  await page.turn()
  expect((await next()).depths.drawn[0]).toEqual([0, 5])
  expect(page.reads()).toBe(1)
})
test('reads messages the more rarely the more there are', async () => {
  await framesOf(page.url)
  page.visible = 7000
  for (let n = 0; n < 8; n++) {
    await page.turn()
    page.at += 1000
  }
  expect(page.reads()).toBe(3)
})
