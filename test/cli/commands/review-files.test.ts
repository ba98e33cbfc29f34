import { createHash } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import { ownVersion } from '../../../functions/cli/io/own-version.ts'
import { type Chromium, startChromium } from '../page/page-chromium.ts'
import { holding, manager, managing, reviewOn, scope, startList } from '../reviewed-stage.ts'
import { type Stage, startStages } from '../stage.ts'

const folder = mkdtempSync(join(tmpdir(), 'role-sync-review-'))
const path = (name: string) => join(folder, name)
const read = (name: string) => readFileSync(path(name), 'utf8')

let stages: Awaited<ReturnType<typeof startStages>>
let stage: Stage
let target: Awaited<ReturnType<typeof startList>>
beforeAll(async () => {
  stages = await startStages()
})
afterAll(async () => {
  await stages.stop()
  rmSync(folder, { recursive: true })
})
beforeEach(async () => {
  stage = await stages.next()
  target = await startList([
    { id: '1', roles: [managing.roleId], email: '=2+5@evil.example' },
    { id: '2', roles: ['7'], email: 'bob@example.com' },
    { id: '3', roles: [], email: 'eve@example.com' },
  ])
})
afterEach(() => target.server.stop())

const review = (...args: readonly string[]) => reviewOn(stage, target.server.url)(['--no-letters', ...args])
/** The event with this id is applied to member 2. */
const appliedBy = async (id: string, source = 's') => {
  const { applied, ...entry } = holding('2', 1)
  await stage.entry({ ...entry, applied: { ...applied!, version: { ...applied!.version, id, source } } })
}
/** The cells of a CSV file, as RFC 4180 says. */
const cellsOf = (text: string) =>
  text
    .split('\r\n')
    .slice(0, -1)
    .map(row => [...row.matchAll(/"((?:[^"]|"")*)"(?:,|$)/g)].map(([, cell]) => cell!.replaceAll('""', '"')))

test('CSV has a row for each member, the ones that differ first, and says that it is UTF-8', async () => {
  await stage.entry(holding('1', 1))
  const { code, out, err } = await review('--csv', path('a.csv'))
  expect({ code, err }).toEqual({ code: 0, err: 'Dead letters were not looked at.\n' })
  expect(out).toBe(`3 members of ${scope}: 2 unmanaged, 1 same\nwritten to ${path('a.csv')}\n`)
  const [head, ...rows] = cellsOf(read('a.csv'))
  expect(head!.slice(0, 4)).toEqual(['member', 'finding', 'role at target', 'role in ledger'])
  expect(rows.map(row => row.slice(0, 4))).toEqual([
    [`${scope}/2`, 'unmanaged', '{"role_ids":["7"]}', ''],
    [`${scope}/3`, 'unmanaged', '{"role_ids":[]}', ''],
    [`${scope}/1`, 'same', manager, manager],
  ])
  expect(rows.map(({ length }) => length)).toEqual([head!.length, head!.length, head!.length])
  expect([...readFileSync(path('a.csv')).subarray(0, 3)]).toEqual([0xef, 0xbb, 0xbf])
  expect(statSync(path('a.csv')).mode & 0o777).toBe(0o600)
})

test.each([
  ['=HYPERLINK("//evil","x")', `'=HYPERLINK("//evil","x")`],
  ['+1', "'+1"],
  ['-1', "'-1"],
  ['@SUM(A1)', "'@SUM(A1)"],
  ['\t=1', "\ufffd'=1"],
  ['\r=1', "\ufffd'=1"],
  [' =1', " '=1"],
  ['＝1', "'＝1"],
  ['a;=1', "a;'=1"],
  ['a";=1', `a";'=1`],
  ['a","=1', `a","'=1`],
  ['a\r\n"=1', 'a\ufffd\ufffd"=1'],
  ['\u202ea', '\ufffda'],
  ['1-2 = -1', '1-2 = -1'],
])('%j is no formula and no other row in a spreadsheet', async (id, cell) => {
  await appliedBy(id)
  const { out } = await review('--csv', '-')
  const [head, ...rows] = cellsOf(out.replace('\ufeff', ''))
  const row = rows.find(([member]) => member === `${scope}/2`)
  expect(row![head!.indexOf('event')]).toBe(cell)
  expect(row).toHaveLength(head!.length)
})

describe('an address', () => {
  test('is shown only if it is asked for', async () => {
    for (const format of ['--csv', '--html'])
      expect((await review(format, '-')).out).not.toMatch(/example\.com|evil\.example|e-mail/)
    expect((await review('--json')).out).not.toContain('bob@example.com')
    expect((await review()).out).not.toContain('bob@example.com')
  })
  test('is in every format then', async () => {
    for (const format of [['--csv', '-'], ['--html', '-'], ['--json'], []])
      expect((await review('--people', ...format)).out).toContain('bob@example.com')
    expect((await review('--people', '--csv', '-')).out).toContain(`"'=2+5@evil.example"`)
  })
  test('that a producer put into the id of an event is never shown', async () => {
    await appliedBy('leaver carol@example.com', '//hr/dave@example.com')
    expect((await review('--people', '--json')).out).not.toMatch(/carol|dave/)
  })
})

test('JSON has the states too, and parses whatever ids hold', async () => {
  await appliedBy('"\u2028]}')
  const { out } = await review('--json')
  expect(JSON.parse(out)).toMatchObject({
    ...{ scope, stage: stage.stage, members: 3, counts: { drift: 1, unmanaged: 2, same: 0 } },
    ...{
      from: '2026-11-23T12:00:00Z',
      version: ownVersion(),
      catalogue: expect.stringMatching(/^[0-9a-f]{64}$/),
    },
    rows: [
      {
        member: `${scope}/1`,
        finding: 'unmanaged',
        atTarget: { role: manager, state: { role_ids: [managing.roleId] } },
      },
      { finding: 'drift', inLedger: { role: manager, state: managing }, event: '"\u2028]}' },
      { finding: 'unmanaged' },
    ],
  })
})

test('a manifest has the hash of each file, and what the review was of', async () => {
  const args = ['--csv', path('b.csv'), '--html', path('b.html'), '--manifest', path('b.json')]
  expect(await review(...args)).toMatchObject({ code: 0 })
  const hashOf = (name: string) =>
    createHash('sha256')
      .update(readFileSync(path(name)))
      .digest('hex')
  expect(JSON.parse(read('b.json'))).toMatchObject({
    ...{ scope, stage: stage.stage, members: 3, from: '2026-11-23T12:00:00Z', until: expect.any(String) },
    counts: { drift: 0, unmanaged: 3 },
    files: ['b.csv', 'b.html'].map(file => ({
      file,
      sha256: hashOf(file),
      bytes: statSync(path(file)).size,
    })),
  })
})

test('a review that is refused leaves the file of an earlier one as it is', async () => {
  writeFileSync(path('c.csv'), 'earlier')
  target.list.before = () => 403
  expect(await review('--csv', path('c.csv'), '--manifest', path('c.json'))).toMatchObject({
    code: 1,
    out: '',
  })
  expect(read('c.csv')).toBe('earlier')
  expect(() => statSync(path('c.json'))).toThrow('ENOENT')
})

describe('the page', () => {
  let chromium: Chromium
  beforeAll(async () => {
    chromium = await startChromium()
  })
  afterAll(() => chromium.stop())
  const open = async () => {
    expect(await review('--html', path('d.html'), '--people')).toMatchObject({ code: 0 })
    return chromium.open(`file://${path('d.html')}`)
  }

  test('has the counts on top, and sorts by the column that is clicked', async () => {
    await stage.entry(holding('1', 1))
    const tab = await open()
    const column = (n: number) =>
      tab.value(`[...document.querySelectorAll('#rows tr')].map(row => row.cells[${n}].textContent)`)
    expect(await tab.value(`document.querySelector('.counts').innerText`)).toMatch(
      /^0\s+drift.*\n2\s+unmanaged/,
    )
    expect(await column(2)).toEqual(['unmanaged', 'unmanaged', 'same'])
    await tab.click('#members th:first-child button')
    expect(await column(0)).toEqual(['1', '2', '3'].map(id => `${scope}/${id}`))
    await tab.click('#members th:first-child button')
    expect(await column(0)).toEqual(['3', '2', '1'].map(id => `${scope}/${id}`))
    await tab.click('#members th:nth-child(6) button')
    expect(await column(5)).toEqual(['e1', '', ''])
    expect(await tab.value(`document.querySelector('[aria-sort]').textContent`)).toBe('event')
    expect(tab.complaints).toEqual([])
    await tab.close()
  })

  test('shows hostile text as text, and its policy stops what would run or load', async () => {
    const hostile = `<img src=x onerror="document.title='taken'"></td><script>document.title='taken'</script>&quot;`
    await appliedBy(hostile)
    const tab = await open()
    expect(
      await tab.value(`[...document.querySelectorAll('#rows td')].map(cell => cell.textContent)`),
    ).toContain(hostile)
    expect(await tab.value('document.querySelectorAll("#rows :not(tr, td, wbr)").length')).toBe(0)
    await tab.value(`document.body.insertAdjacentHTML('beforeend', ${JSON.stringify(hostile)})`)
    await tab.value(
      `document.body.append(Object.assign(document.createElement('script'), { text: "document.title='taken'" }))`,
    )
    expect(await tab.value('document.title')).toBe(`Access review of ${scope}`)
    expect(tab.complaints.length).toBeGreaterThan(0)
    await tab.close()
  })

  test('is readable for everybody, as axe sees it', async () => {
    const tab = await open()
    await tab.script(createRequire(import.meta.url).resolve('axe-core'))
    expect(
      await tab.value(
        `axe.run().then(({ violations }) => violations.map(({ id, help }) => id + ': ' + help))`,
      ),
    ).toEqual([])
    await tab.close()
  })

  test('names nothing to load from elsewhere', async () => {
    expect((await review('--html', '-')).out).not.toMatch(/ (src|href)=|url\(|@import|https?:/)
  })
})
