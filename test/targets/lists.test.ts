import { afterEach, describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { firstPage } from '../../functions/targets/people-page.ts'
import type { Http, Target } from '../../functions/targets/target.ts'
import { all, heavy, idAt, mebibyte, nameAt, pageOf, wayTo } from '../support/rosters.ts'
import { json, startServer, type TestServer } from '../support/server.ts'
import { pageOver, projectTarget, readOver, type Subject, wachtId, wachtIds } from '../support/subjects.ts'

/** All that a scope lists, page by page, as a search for people reads it. */
async function listAll(target: Target, subject: Subject, http: Http): Promise<string[]> {
  const [, scope = ''] = subject.member.split('/')
  const listed = new Set<string>()
  for (let page: number | undefined = firstPage; page !== undefined; ) {
    const read = await target.people(scope, page, http)
    if (!read.ok) throw new Error(JSON.stringify(read.effect))
    for (const { member } of read.listed) {
      if (listed.has(member)) throw new Error(`${member} is listed twice`)
      listed.add(member)
    }
    page = listed.size >= (read.total ?? Number.POSITIVE_INFINITY) ? undefined : read.next
  }
  return [...listed]
}

const at = 'http://h.example'

describe.each([wachtId, wachtIds, projectTarget])('$name, with members of 11 KB each', subject => {
  let server: TestServer | undefined
  afterEach(() => server?.stop())
  const [, scope = ''] = subject.member.split('/')

  test('lists all of them over HTTP: a page that is too large is asked for in halves', async () => {
    const padding = 'x'.repeat(11 * 1024)
    server = await startServer((response, { url }) => {
      const { body } = pageOf(subject, { weights: heavy(120) }, url)
      const pad = (list: object[]) => list.map(member => ({ ...member, padding }))
      const { data, results, ...rest } = body as Record<'data' | 'results', object[] | undefined>
      json(response, 200, { ...rest, ...(data ? { data: pad(data) } : { results: pad(results ?? []) }) })
    })
    const target = subject.connect(server.url)
    const listed: string[] = []
    for (let page: number | undefined = firstPage; page !== undefined; ) {
      const read = await pageOver(target, scope, page)
      if (!read.ok) throw new Error(JSON.stringify(read.effect))
      listed.push(...read.listed.map(({ member }) => member))
      page = listed.length >= (read.total ?? Number.POSITIVE_INFINITY) ? undefined : read.next
    }
    expect(listed).toEqual(all(subject, 120))
    if (subject.reads) expect(await readOver(target, nameAt(subject, 119))).toMatchObject({ kind: 'holds' })
  })

  test('is not asked for twice as much every time', async () => {
    const { http, sizes } = wayTo(subject, { weights: heavy(2000) })
    expect(await listAll(subject.connect(at), subject, http)).toEqual(all(subject, 2000))
    expect(new Set(sizes)).toEqual(new Set([100, 50]))
    expect(sizes.length).toBeLessThan(65)
  })

  test('goes back to whole pages behind those that are too large', async () => {
    const weights = [...new Array<number>(30).fill(mebibyte), ...new Array<number>(2000).fill(1)]
    const { http, sizes } = wayTo(subject, { weights })
    expect(await listAll(subject.connect(at), subject, http)).toHaveLength(2030)
    expect(sizes.filter(size => size === 100).length).toBeGreaterThan(15)
    expect(sizes.length).toBeLessThan(120)
  })

  test.each([true, false])(
    'is read in pages as small as they are given, whether that is said (%s) or not',
    async says => {
      const { http, sizes } = wayTo(subject, { weights: heavy(300), most: 40, says })
      const target = subject.connect(at)
      expect(await listAll(target, subject, http)).toEqual(all(subject, 300))
      if (says) expect(sizes.length).toBeLessThan(12)
      if (target.read) expect(await target.read(nameAt(subject, 299), http)).toMatchObject({ kind: 'holds' })
    },
  )

  const rosters = fc.record({
    weights: fc.array(fc.constantFrom(1, 1, 1, 9_000, 90_000, 400_000, mebibyte), {
      maxLength: 260,
      size: 'max',
    }),
    most: fc.constantFrom(1000, 100, 50, 20, 7),
    says: fc.boolean(),
    total: fc.boolean(),
  })
  test('skips nobody and shows nobody twice, whatever each weighs and however small the pages are', async () => {
    await fc.assert(
      fc.asyncProperty(rosters, async roster => {
        const target = subject.connect(at)
        const { http } = wayTo(subject, roster)
        const names = all(subject, roster.weights.length)
        expect(await listAll(target, subject, http)).toEqual(names)
        expect(await listAll(target, subject, http)).toEqual(names)
        if (!target.read) return
        const [some, none] = [names.at(-1), nameAt(subject, names.length)]
        if (some) expect(await target.read(some, http)).toMatchObject({ kind: 'holds' })
        expect(await target.read(none, http)).toEqual({ kind: 'absent' })
        for (const name of names.filter((_, n) => n % 7 === 0))
          expect(await target.read(name, http)).toMatchObject({ kind: 'holds' })
      }),
      {
        numRuns: 15,
        examples: [
          // The pages are smaller than asked for, which the target does not say, and halving changes where they begin.
          [
            {
              weights: [...new Array<number>(14).fill(1), ...new Array<number>(3).fill(400_000)],
              most: 7,
              says: false,
              total: true,
            },
          ],
          [
            {
              weights: [...new Array<number>(16).fill(1), ...new Array<number>(3).fill(400_000)],
              most: 7,
              says: false,
              total: true,
            },
          ],
        ],
      },
    )
  })
})

describe('a member of Wacht is not absent because a reading of the list ended early', () => {
  const member = (n: number) => ({ id: idAt(wachtIds, n), roles: [{ id: '7' }] })
  const page = (from: number, count: number) => Array.from({ length: count }, (_, n) => member(from + n))
  /** The list by offset; what is not there is an empty last page. */
  const over = (pages: Readonly<Record<number, object>>, asked: number[] = []): Http => {
    return async ({ url }) => {
      const offset = Number(new URL(url).searchParams.get('offset'))
      asked.push(offset)
      return { kind: 'answered', status: 200, json: pages[offset] ?? { data: [], has_more: false } }
    }
  }
  const sought = nameAt(wachtIds, 500)
  const wanted = { roleId: '9' }
  const failed = {
    kind: 'deferred',
    cause: 'read_failed',
    detail: expect.stringMatching(/an inconsistent list/),
  }

  test.each<[what: string, pages: Readonly<Record<number, object>>]>([
    ['more is to follow an empty page', { 0: { data: [], has_more: true } }],
    [
      'more is to follow an empty page behind others',
      { 0: { data: page(0, 3), has_more: true }, 3: { data: [], has_more: true } },
    ],
    ['it is not said whether more follows', { 0: { data: page(0, 3) } }],
    ['it is not said so that it can be read', { 0: { data: page(0, 3), has_more: 'false' } }],
    [
      'the same page comes at two places',
      { 0: { data: page(0, 3), has_more: true }, 3: { data: page(0, 3), has_more: true } },
    ],
    [
      'the same page comes again and is the last',
      { 0: { data: page(0, 3), has_more: true }, 3: { data: page(0, 3), has_more: false } },
    ],
  ])('when %s', async (_, pages) => {
    const effect = await wachtIds.connect(at).apply(sought, wanted, over(pages))
    expect(effect).toMatchObject(failed)
  })

  test('but when all pages to the last were read it is', async () => {
    const pages = { 0: { data: page(0, 3), has_more: true }, 3: { data: page(3, 2), has_more: false } }
    const effect = await wachtIds.connect(at).apply(sought, wanted, over(pages))
    expect(effect).toMatchObject({ kind: 'refused', reason: 'not_found' })
  })

  test('a reading that began in the middle is followed by one of all of it', async () => {
    const asked: number[] = []
    const target = wachtIds.connect(at)
    const pages = {
      0: { data: page(0, 3), has_more: true },
      3: { data: page(3, 3), has_more: true },
      6: { data: page(6, 1), has_more: false },
    }
    expect(await target.read?.(nameAt(wachtIds, 4), over(pages))).toMatchObject({ kind: 'holds' })
    // Somebody left: who stood behind is where the next reading does not come by.
    const shifted = {
      0: { data: [...page(1, 2), member(500)], has_more: true },
      3: { data: page(4, 3), has_more: false },
    }
    expect(await target.read?.(sought, over(shifted, asked))).toMatchObject({ kind: 'holds' })
    expect(asked).toEqual([6, 0])
    asked.length = 0
    expect(await target.read?.(nameAt(wachtIds, 501), over(shifted, asked))).toEqual({ kind: 'absent' })
    expect(asked.slice(-2)).toEqual([0, 3])
  })

  test('a reading that failed in the middle says nothing of those behind', async () => {
    const pages = { 0: { data: page(0, 3), has_more: true }, 3: { data: {}, has_more: false } }
    const target = wachtIds.connect(at)
    for (let n = 0; n < 3; n++) {
      expect(await target.apply(sought, wanted, over(pages))).toMatchObject({ cause: 'read_failed' })
    }
  })

  test('a member who is not where it stood is looked for in all of the list', async () => {
    const target = wachtIds.connect(at)
    const before = { 0: { data: page(0, 3), has_more: true }, 3: { data: [member(500)], has_more: false } }
    expect(await target.read?.(sought, over(before))).toMatchObject({ kind: 'holds' })
    const after = {
      0: { data: [member(500), ...page(0, 2)], has_more: true },
      3: { data: page(2, 1), has_more: false },
    }
    expect(await target.read?.(sought, over(after))).toMatchObject({ kind: 'holds' })
  })

  test('a member who left costs one page and one reading of the list, however often it is asked for', async () => {
    const target = wachtIds.connect(at)
    const before = { 0: { data: page(0, 3), has_more: true }, 3: { data: [member(500)], has_more: false } }
    expect(await target.read?.(sought, over(before))).toMatchObject({ kind: 'holds' })
    const after = { 0: { data: page(0, 3), has_more: true }, 3: { data: page(3, 1), has_more: false } }
    for (let n = 0; n < 3; n++) {
      const asked: number[] = []
      expect(await target.read?.(sought, over(after, asked))).toEqual({ kind: 'absent' })
      expect(asked).toEqual([3, 0, 3])
    }
  })
})
