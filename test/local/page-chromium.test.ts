import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import { type Chromium, startChromium, type Tab } from './page-chromium.ts'
import { type PageTest, startPageTest } from './page-world.ts'
import { wachtEvent } from './sample-events.ts'

const hostile = `<img src=x onerror="document.title='taken'"><script>document.title='taken'</script>`
const text = (StringValue: string) => ({ DataType: 'String', StringValue })

describe('in Chromium', () => {
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
  afterEach(() => page.stop())

  const shown = (selector: string) =>
    tab.value(`[...document.querySelectorAll(${JSON.stringify(selector)})].map(each => each.textContent)`)
  /** Whether any pixel of a chart has been drawn with the colour of that name. */
  const drawn = (id: string, color: string) =>
    tab.value(`(() => {
      const place = document.getElementById('${id}')
      const [, r, g, b] = /#(..)(..)(..)/.exec(getComputedStyle(place).getPropertyValue('${color}')).map(x => parseInt(x, 16))
      const canvas = place.querySelector('canvas')
      const copy = new OffscreenCanvas(canvas.width, canvas.height).getContext('2d', { willReadFrequently: true })
      copy.drawImage(canvas, 0, 0)
      const { data } = copy.getImageData(0, 0, canvas.width, canvas.height)
      for (let n = 0; n < data.length; n += 4) {
        if (data[n] === r && data[n + 1] === g && data[n + 2] === b && data[n + 3] === 255) return true
      }
      return false
    })()`)
  const turn = async () => {
    page.at += 1000
    await page.turn()
  }
  const live = () => tab.until(`document.getElementById('status').textContent === 'live'`)

  test('shows what is told as text, and complains of nothing', async () => {
    const body = JSON.stringify(wachtEvent(hostile))
    page.messages.push({ messageId: 'a', body, receives: 1, sentAt: page.at, dueAt: page.at })
    page.line(JSON.stringify({ message: 'retry', messageId: 'a', receives: 1, cause: hostile, seconds: 1 }))
    page.letters.push({
      ...{ messageId: 'b', body, sentTimestamp: page.at, approximateReceiveCount: 0 },
      messageAttributes: {
        ...{ reason: text(hostile), event: text(hostile), member: text(hostile) },
        trail: text(JSON.stringify({ detail: hostile })),
      },
    })
    await live()
    await turn()
    await tab.until(`document.querySelectorAll('#letters td').length > 0`)
    expect(await shown('#flights td')).toContain(hostile)
    expect(await shown('#letters td')).toContain(`${hostile}${hostile}`)
    expect(await shown('#targets td')).toContain(`${hostile} 1`)
    expect(await shown('main img, main script')).toEqual([])
    expect(await tab.value('document.title')).toBe('role-sync')
    expect(tab.complaints).toEqual([])
  })

  test('draws both charts, in the light and in the dark, and follows what comes', async () => {
    page.visible = 7
    await live()
    page.outcome({ messageId: 'a', outcome: 'applied', receives: 1 } as never)
    await turn()
    await turn()
    await tab.until(`document.querySelectorAll('#depths .u-value')[1]?.textContent === '7'`)
    for (const scheme of ['dark', 'light'] as const) {
      await tab.scheme(scheme)
      await turn()
      await tab.value('new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))')
      expect(await drawn('depths', '--visible')).toBe(true)
      expect(await drawn('outcomes', '--applied')).toBe(true)
      expect(await drawn('outcomes', '--dead')).toBe(false)
    }
    page.visible = 8
    await turn()
    await tab.until(`document.querySelector('#now dd').textContent === '8'`)
    await tab.until(`document.querySelectorAll('#depths .u-value')[1].textContent === '8'`)
    expect(tab.complaints).toEqual([])
  })

  test('keeps what is selected while it stays the same', async () => {
    await live()
    page.letters.push({
      ...{ messageId: 'b', body: '{"id":"wd-1"}', sentTimestamp: page.at, approximateReceiveCount: 0 },
      messageAttributes: {},
    })
    await turn()
    await tab.until(`document.querySelectorAll('#letters td').length === 5`)
    await tab.value(`getSelection().selectAllChildren(document.querySelectorAll('#letters td')[1])`)
    page.visible = 3
    await turn()
    await tab.until(`document.querySelector('#now dd').textContent === '3'`)
    expect(await tab.value('String(getSelection())')).toBe('wd-1')
  })

  test('says when the run is gone', async () => {
    await live()
    await page.stop()
    await tab.until(`document.getElementById('status').textContent === 'not connected'`)
    expect(await tab.value(`document.body.className`)).toBe('stale')
  })
})
