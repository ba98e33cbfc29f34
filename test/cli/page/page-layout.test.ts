import { createRequire } from 'node:module'
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals'
import { type Chromium, startChromium, type Tab } from './page-chromium.ts'
import { bodyOf, type PageTest, startPageTest } from './page-world.ts'

/** A page with one of everything: long names without a space, all outcomes, a waiting change, a failing target. */
async function fullPage(): Promise<PageTest> {
  const page = await startPageTest()
  const long = 'a-very-long-id-without-any-space-'.repeat(7)
  page.apply(long)
  for (const [id, facts] of Object.entries({
    superseded: { outcome: 'superseded', by: long },
    resolved: { outcome: 'resolved', events: 2 },
    dead: { outcome: 'dead', reason: 'not_found', detail: long },
  })) {
    page.try(id)
    page.line('attempt', id, { effect: 'unknown', cause: 'server_error', status: 503, detail: long })
    page.line('outcome', id, facts)
  }
  page.bury('letter', bodyOf('dead'), { reason: 'not_found', trail: JSON.stringify({ detail: long }) })
  const sender = long.slice(0, 128)
  page.bury('held', bodyOf('held', { data: { role: 'member' } }), {
    ...{ reason: 'held', guard: 'burst', sender, trail: JSON.stringify({ detail: long }) },
  })
  page.try('waiting')
  page.line('retry', 'waiting', { cause: 'throttled', seconds: 3 })
  page.waiting = 38
  const counts = { drift: 12, unmanaged: 123_456, gone: 1234 }
  page.round = {
    ...{ member: 'round', rev: 1, startedAt: 1 },
    scopes: {
      [`project/${long}`]: { at: 1, complete: true, completeAt: 1, counts },
      'wacht/1': { at: 1, complete: false },
    },
  }
  return page
}

let chromium: Chromium
let page: PageTest
let tab: Tab
beforeAll(async () => {
  chromium = await startChromium()
  page = await fullPage()
  tab = await chromium.open(page.url)
  // A story that slides in is over the edge of the window for a moment.
  await tab.prefer('prefers-reduced-motion', 'reduce')
  await tab.until(`document.querySelectorAll('#recent li').length === 4`)
  await tab.value(`document.querySelectorAll('details').forEach(each => { each.open = true })`)
})
afterAll(async () => {
  await page.stop()
  await chromium.stop()
})

/** Opens the story of the dead letter. */
const openStory = async () => {
  await tab.value(
    `[...document.querySelectorAll('#recent a')].find(a => a.textContent.includes('dead')).click()`,
  )
  await tab.until(`document.querySelector('dialog blockquote')`)
}
afterEach(async () => {
  await tab.value(`document.querySelector('dialog')?.close()`)
  await tab.until(`!document.querySelector('dialog')`)
})
const background = () => tab.value('getComputedStyle(document.body).backgroundColor')

/** The elements that reach over the window, or whose content reaches over themselves. */
const cut = () =>
  tab.value(`[...document.querySelectorAll('body, body *')]
    .filter(each => each.getClientRects().length > 0)
    .filter(each => each.getBoundingClientRect().right > innerWidth + 0.5 || each.getBoundingClientRect().left < -0.5
      || (getComputedStyle(each).display !== 'inline' && each.scrollWidth > each.clientWidth + 1))
    .map(each => each.outerHTML.slice(0, 120))`)

describe.each([1280, 360])('at a width of %d pixels', width => {
  beforeAll(() => tab.width(width))
  test('nothing is cut or reaches over the window', async () => {
    expect(await cut()).toEqual([])
  })
  test('nothing of a story is', async () => {
    await openStory()
    expect(await cut()).toEqual([])
  })
})

describe('axe', () => {
  const source = createRequire(import.meta.url).resolve('axe-core')
  /** The serious findings of axe. Its text gets in past the page's policy, as DevTools would put it there. */
  const findings = async () => {
    await tab.script(source)
    return tab.value(`axe.run().then(({ violations }) => violations
      .filter(({ impact }) => impact === 'serious' || impact === 'critical')
      .map(({ id, nodes }) => id + ': ' + nodes.map(each => each.html).join(' ')))`)
  }
  test.each(['light', 'dark'])(
    'finds nothing serious in the %s scheme, with and without a story',
    async scheme => {
      await tab.prefer('prefers-color-scheme', scheme)
      expect(await findings()).toEqual([])
      await openStory()
      expect(await findings()).toEqual([])
    },
  )
})

test('the dark scheme is dark, and the light one light', async () => {
  await tab.prefer('prefers-color-scheme', 'dark')
  const dark = await background()
  await tab.prefer('prefers-color-scheme', 'light')
  expect({ dark, light: await background() }).toEqual({
    dark: 'rgb(16, 19, 23)',
    light: 'rgb(246, 247, 249)',
  })
})

test.each([
  ['reduce', 0],
  ['no-preference', 1],
])('a story that opens with the preference %s has %d animations', async (preference, animations) => {
  await tab.prefer('prefers-reduced-motion', preference)
  await openStory()
  const names = `[...document.querySelectorAll('*')].map(each => getComputedStyle(each))`
  const moving = `${names}.filter(style => style.animationName !== 'none' || parseFloat(style.transitionDuration) > 0)`
  expect(await tab.value(`${moving}.length`)).toBe(animations)
})

test('what comes fast is counted to the last event, and the page stays as small', async () => {
  const elements = async () => (await tab.value(`document.querySelectorAll('*').length`)) as number
  await tab.width(1280)
  for (let n = 0; n < 100; n++) page.apply(`first-${n}`)
  await tab.until(`document.querySelector('#health').textContent.includes('101 are in effect')`)
  await tab.until(`document.querySelectorAll('#recent li').length === 50`)
  const before = await elements()
  for (let n = 0; n < 6000; n++) {
    page.apply(`wd-${n}`)
    // The browser asks in between.
    if (n % 50 === 0) await new Promise(resolve => setImmediate(resolve))
  }
  await tab.until(`document.querySelector('#health').textContent.includes('6,101 are in effect')`)
  await tab.until(`document.querySelector('#recent li').textContent.includes('wd-5999')`)
  expect(await elements()).toBeLessThanOrEqual(before)
  expect((await page.source.changes('')).count).toBeLessThanOrEqual(5000)
  expect(tab.complaints).toEqual([])
})
