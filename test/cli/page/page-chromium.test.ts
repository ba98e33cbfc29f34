import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals'
import { type Chromium, startChromium, type Tab } from './page-chromium.ts'
import { bodyOf, type PageTest, personBody, startPageTest } from './page-world.ts'

const hostile = `<img src=x onerror="document.title='taken'"><script>document.title='taken'</script>`

let chromium: Chromium
let page: PageTest
let tab: Tab
beforeAll(async () => {
  chromium = await startChromium()
})
afterAll(() => chromium.stop())
beforeEach(async () => {
  page = await startPageTest()
  tab = await chromium.open(page.url)
})
afterEach(async () => {
  await tab.close()
  await page.stop()
})

const texts = (selector: string) =>
  tab.value(`[...document.querySelectorAll(${JSON.stringify(selector)})].map(each => each.textContent)`)
/** Resolves once the page shows a text in an element. */
const shows = (selector: string, text: string) =>
  tab.until(
    `document.querySelector(${JSON.stringify(selector)})?.textContent.includes(${JSON.stringify(text)})`,
  )
const bury = (event: string, reason: string, detail: string) =>
  page.bury(`letter-${event}`, bodyOf(event), { reason, trail: JSON.stringify({ detail }) })

test('the sentence of health and the recent changes follow what comes', async () => {
  await shows('#health', 'Ready: no change has arrived yet.')
  page.apply('wd-1')
  await shows('#health', 'All well: 1 change in effect')
  await shows('#recent li', 'wd-1')
  expect(await texts('#recent li span:not(.names):not(.time)')).toEqual(
    expect.arrayContaining(['applied', 'engineer ', '40 ms', 'just now']),
  )
  expect(tab.complaints).toEqual([])
})

test('a search finds an event, a member or a person, and its end brings the recent changes back', async () => {
  page.apply('wd-1')
  page.apply('wd-2', personBody('wd-2', 'jane@example.com'))
  await tab.until(`document.querySelectorAll('#recent li').length === 2`)
  await tab.focus('#recent input')
  await tab.type('JANE@')
  await tab.until(`document.querySelectorAll('#recent li').length === 1`)
  await shows('#recent li', 'jane@example.com')
  await tab.type('nobody')
  await shows('#recent', 'Nothing is found.')
  for (const _ of 'JANE@nobody') await tab.press('Backspace')
  await tab.until(`document.querySelectorAll('#recent li').length === 2`)
})

test('an event opens with its timeline, its dead letter and the command that mends it', async () => {
  page.try('wd-1')
  page.line('attempt', 'wd-1', {
    effect: 'refused',
    cause: 'not_found',
    status: 404,
    detail: 'No such member',
  })
  page.line('outcome', 'wd-1', { outcome: 'dead', reason: 'not_found', detail: 'No such member' })
  bury('wd-1', 'not_found', 'No such member')
  await shows('#recent li', 'wd-1')
  await tab.click('#recent li a')
  await shows('dialog .timeline', 'Dead letter: not_found')
  expect(await texts('dialog .timeline b')).toEqual([
    'Sent',
    'Try 1',
    'Answered 404',
    'Dead letter: not_found',
  ])
  expect(await texts('dialog blockquote')).toEqual(['No such member'])
  expect(await texts('dialog .commands pre')).toEqual([
    'npx role-sync replay plan --event=wd-1 --out plan.json\nnpx role-sync replay apply plan.json',
  ])
  page.letters.length = 0
  page.apply('replayed', bodyOf('wd-1'))
  await shows('dialog .timeline li:last-child', 'In effect')
  await tab.until(`!document.querySelector('dialog blockquote')`)
})

test('the keyboard alone opens an event, closes it and comes back to it', async () => {
  page.apply('wd-1')
  await shows('#recent li', 'wd-1')
  await tab.focus('#recent input')
  await tab.press('Tab')
  await tab.press('Enter')
  await shows('dialog[open] h2', 'wd-1')
  expect(await tab.value('document.activeElement.textContent')).toBe('Close')
  await tab.press('Escape')
  await tab.until(`!document.querySelector('dialog')`)
  expect(await tab.value('document.activeElement.textContent')).toContain('wd-1')
  await tab.press('Enter')
  await shows('dialog[open] h2', 'wd-1')
  await tab.value('history.back()')
  await tab.until(`!document.querySelector('dialog')`)
})

test('the list stands still while the reader is in it', async () => {
  page.apply('wd-1')
  await shows('#recent li', 'wd-1')
  await tab.focus('#recent li a')
  page.apply('wd-2')
  await shows('#health', '2 changes in effect')
  await shows('#recent .head', 'paused')
  expect(await texts('#recent li b')).toEqual(['wd-1'])
  await tab.focus('#recent input')
  await shows('#recent li', 'wd-2')
})

test('an event that is not known any more is said to be so', async () => {
  await tab.value(`location.hash = 'nothing'`)
  await shows('dialog[open]', 'This event is not known any more.')
})

test('failures are grouped by cause, and what is in flight is folded', async () => {
  for (const n of [1, 2, 3]) bury(`wd-${n}`, 'unknown_role', 'no role of this name')
  bury('wd-4', 'rejected', 'no such role')
  page.try('wd-5')
  await shows('#failures', 'rejected')
  expect(await texts('#failures summary')).toEqual([
    '3 unknown_role no role of this name',
    '1 rejected no such role',
  ])
  expect(await texts('#in-flight summary')).toEqual(['In flight 1'])
  expect(await tab.value(`document.querySelectorAll('details[open]').length`)).toBe(0)
  await tab.focus('#failures summary')
  await tab.press('Enter')
  await tab.until(`document.querySelector('#failures details').open`)
  await tab.click('#failures details[open] a')
  await shows('dialog h2', 'wd-')
})

test('what a guard holds is a section of its own, with the people and the commands; it goes when nothing is held', async () => {
  await shows('#health', 'Ready')
  expect(await texts('#held')).toEqual([])
  for (const n of [1, 2])
    page.bury(`held-${n}`, bodyOf(`wd-${n}`, { data: { membershipId: `${n}`, role: 'member' } }), {
      ...{ reason: 'held', guard: 'burst', sender: 'intake/okta', trail: '{"detail":"more than 3 members"}' },
    })
  await shows('#held summary', '2 people burst intake/okta to the role member')
  expect(await texts('#failures')).toEqual([])
  await tab.focus('#held summary')
  await tab.press('Enter')
  await tab.until(`document.querySelector('#held details').open`)
  expect(await texts('#held dt')).toEqual(['Sender', 'Scope', 'Role', 'Since', 'Why'])
  expect(await texts('#held pre')).toEqual([
    "npx role-sync hold list\nnpx role-sync replay plan --guard burst --sender intake/okta --out plan.json\nnpx role-sync hold approve plan.json --why 'WHY'",
    "npx role-sync hold reject plan.json --why 'WHY'",
  ])
  expect(await texts('#held li')).toEqual(['wd-1 wacht 1', 'wd-2 wacht 2'])
  page.letters.length = 0
  await tab.until(`!document.querySelector('#held')`)
  expect(tab.complaints).toEqual([])
})

test('what the sweep found is a section, with an incomplete scope in red; it is not there before the first round', async () => {
  await shows('#health', 'Ready')
  expect(await texts('#sweep')).toEqual([])
  const at = page.at - 300_000
  page.round = {
    ...{ member: 'round', rev: 1, startedAt: at },
    scopes: {
      'wacht/1': { at, complete: true, completeAt: at, counts: { same: 7, drift: 2, unmanaged: 1234 } },
      'wacht/2': { at, complete: true, completeAt: at, counts: { unshown: 7 } },
      'wacht/3': { at, complete: false },
    },
  }
  await shows('#sweep', 'wacht/1')
  const rows = [
    ['incomplete', 'wacht/3', 'never complete'],
    ...[['complete', 'wacht/1', 'last complete 5 min ago', '2 drift', '1,234 unmanaged', '0 gone']],
    ...[['complete', 'wacht/2', 'last complete 5 min ago', 'drift unknown', '0 unmanaged', '0 gone']],
  ]
  expect(await texts('#sweep li :is(.state, code, .detail, .found span)')).toEqual(rows.flat())
  const colorOf = (selector: string) =>
    tab.value(`getComputedStyle(document.querySelector('${selector}')).color`)
  expect(await colorOf('#sweep .state')).toBe('rgb(191, 47, 42)')
  expect(await colorOf('#sweep .found .tone')).toBe('rgb(138, 90, 0)')
  expect(tab.complaints).toEqual([])
})

test('what others write is shown as text, and nothing complains', async () => {
  const body = bodyOf(hostile, { data: { role: hostile } })
  page.try('a', { body })
  page.line('attempt', 'a', { effect: 'unknown', cause: hostile, status: 500, detail: hostile })
  page.line('outcome', 'a', { outcome: 'dead', reason: hostile, detail: hostile })
  page.bury('b', body, { reason: 'rejected', trail: JSON.stringify({ detail: hostile }) })
  page.bury('c', body, {
    reason: 'held',
    guard: hostile,
    sender: hostile,
    trail: JSON.stringify({ detail: hostile }),
  })
  page.round = {
    ...{ member: 'round', rev: 1, startedAt: 1 },
    scopes: { [`wacht/${hostile}`]: { at: 1, complete: false } },
  }
  await shows('#sweep li', hostile)
  await shows('#recent li', hostile)
  await shows('#failures summary', hostile)
  await shows('#held dd', hostile)
  await tab.click('#recent li a')
  await shows('dialog blockquote', hostile)
  expect(await texts('img, body script')).toEqual([])
  expect(await tab.value('document.title')).toBe('role-sync')
  expect(tab.complaints).toEqual([])
})

test('a run that is gone is said', async () => {
  await shows('#state', 'live')
  await page.stop()
  await shows('#state', 'not connected')
  expect(await tab.value(`document.querySelector('main').className`)).toBe('stale')
})
