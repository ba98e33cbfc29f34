import { describe, expect, test } from '@jest/globals'
import type { Answer } from '../../functions/core/outcome/http-answer.ts'
import { createProjectPageReader } from '../../functions/targets/project/project-page.ts'
import type { Http } from '../../functions/targets/target.ts'
import { memberId, projectId } from '../support/events.ts'
import { projectTarget } from '../support/subjects.ts'

const at = 'http://h.example'
const rows = (count: number, from = 0) => Array.from({ length: count }, (_, n) => ({ id: `${from + n}` }))

/** A way to a project that answers with what this makes of page and size; `asked` is each of them as `page/size`. */
function way(pageOf: (page: number, size: number) => object) {
  const asked: string[] = []
  const http: Http = async ({ url }) => {
    const query = new URL(url).searchParams
    const [page, size] = [Number(query.get('page')), Number(query.get('perPage'))]
    asked.push(`${page}/${size}`)
    return { kind: 'answered', status: 200, json: pageOf(page, size) }
  }
  const readPage = createProjectPageReader(at)
  return { asked, read: (place: number) => readPage(projectId, place, http, 'before') }
}
/** A list of so many members in pages of so many at the most. */
const listOf = (count: number, most: number, paginate: (size: number) => object) =>
  way((page, asked) => {
    const size = Math.min(asked, most)
    const from = (page - 1) * size
    return { results: rows(Math.max(0, Math.min(size, count - from)), from), paginate: paginate(size) }
  })

describe('the place after a page', () => {
  test('goes by the size that the page says, also where it leaves out some members', async () => {
    const { read } = way(() => ({ results: rows(38), paginate: { pageSize: 40 } }))
    expect(await read(0)).toEqual({ ok: true, status: 200, results: rows(38), next: 40, total: undefined })
  })
  test('goes by what was asked for where the page says more', async () => {
    const { read } = way(() => ({ results: rows(100), paginate: { pageSize: 500 } }))
    expect(await read(0)).toMatchObject({ next: 100 })
  })
  test.each([0, -5, 2.5, '40', null])(
    'goes by what it shows where it says what is no size: %j',
    async pageSize => {
      const { read } = way(() => ({ results: rows(38), paginate: { pageSize } }))
      expect(await read(0)).toMatchObject({ next: 38 })
    },
  )
  test('is behind the whole page where the page is the last by its total, or shows nobody', async () => {
    const whole = way(() => ({ results: rows(38), paginate: { total: 38 } }))
    expect(await whole.read(0)).toMatchObject({ next: 100, total: 38 })
    const empty = way(() => ({ results: [] }))
    expect(await empty.read(0)).toMatchObject({ ok: true, results: [], next: 100 })
    expect(empty.asked).toEqual(['1/100'])
  })
  test('is not there where the total is no number', async () => {
    for (const total of ['38', null, undefined]) {
      const { read } = way(() => ({ results: rows(38), paginate: { total } }))
      expect(await read(0)).toMatchObject({ next: 38, total: undefined })
    }
  })
})

describe('the pages of a target that gives less than it is asked for', () => {
  test.each<[says: string, paginate: (pageSize: number) => object]>([
    ['its size', pageSize => ({ pageSize })],
    ['how many there are', () => ({ total: 100 })],
    ['both', pageSize => ({ pageSize, total: 100 })],
  ])('are asked for in its own size from then on, where it says %s', async (_, paginate) => {
    const { read, asked } = listOf(100, 40, paginate)
    for (const place of [0, 40]) expect(await read(place)).toMatchObject({ next: place + 40 })
    expect(await read(80)).toMatchObject({ results: rows(20, 80) })
    expect(asked).toEqual(['1/100', '2/40', '3/40'])
  })
  test('are not taken for smaller because the last one is short', async () => {
    const { read, asked } = listOf(230, 1000, () => ({ total: 230 }))
    expect(await read(200)).toMatchObject({ results: rows(25, 200), next: 225 })
    expect(await read(0)).toMatchObject({ results: rows(100), next: 100 })
    expect(asked).toEqual(['3/100', '9/25', '1/100'])
  })
  test('are not taken for the last one where the sum is right by chance: they may stand further ahead', async () => {
    // What is asked for from 200 on begins at 80, and 200 and 40 are 240.
    const { read, asked } = listOf(240, 40, () => ({ total: 240 }))
    for (let n = 0; n < 2; n++) expect(await read(200)).toMatchObject({ results: rows(40, 200), next: 240 })
    expect(asked).toEqual(['3/100', '6/40', '3/100', '6/40'])
  })
  test('are found by what they show where it does not: a page that is short this once is not remembered', async () => {
    const { read, asked } = listOf(100, 40, () => ({}))
    expect(await read(0)).toMatchObject({ next: 40 })
    expect(await read(40)).toMatchObject({ results: rows(40, 40), next: 80 })
    expect(asked).toEqual(['1/100', '1/100', '2/40'])
  })
  test('have the size that shows most behind the place: what stands before it is left out', async () => {
    const { read, asked } = listOf(300, 1000, pageSize => ({ pageSize, total: 300 }))
    expect(await read(99)).toMatchObject({ results: rows(99, 99), next: 198 })
    expect(await read(250)).toMatchObject({ results: rows(50, 250), next: 332 })
    expect(asked).toEqual(['2/99', '4/83'])
  })
  test('end with one that is asked for once where the total is known and a longer page was seen', async () => {
    const { read, asked } = listOf(230, 1000, () => ({ total: 230 }))
    await read(0)
    expect(await read(200)).toMatchObject({ results: rows(30, 200), next: 300, total: 230 })
    expect(asked).toEqual(['1/100', '3/100'])
  })
})

describe('a page of people', () => {
  const read = (json: object) =>
    projectTarget
      .connect(at)
      .people(projectId, 0, async (): Promise<Answer> => ({ kind: 'answered', status: 200, json }))
  const member = `project/${projectId}/${memberId}`

  test('holds no field for what it does not say', async () => {
    expect(await read({ results: [{ id: memberId }] })).toStrictEqual({
      ok: true,
      listed: [{ member }],
      next: 1,
    })
    expect(await read({ results: [] })).toStrictEqual({ ok: true, listed: [] })
  })
  test('holds an address only where it is text', async () => {
    const user = (email: unknown) => ({
      results: [{ id: memberId, user: { email } }],
      paginate: { total: 1 },
    })
    const rest = { ok: true, next: 100, total: 1 }
    expect(await read(user('a@b.example'))).toStrictEqual({
      ...rest,
      listed: [{ member, email: 'a@b.example' }],
    })
    for (const email of [7, null, ['a@b.example']])
      expect(await read(user(email))).toStrictEqual({ ...rest, listed: [{ member }] })
  })
  test('counts those whose ids could not stand in an event', async () => {
    const results = [{ id: '7' }, { id: memberId }, {}]
    expect(await read({ results })).toStrictEqual({ ok: true, listed: [{ member }], next: 3, odd: 2 })
  })
})

test('a list that is refused keeps the words of the refusal, whatever else they hold', async () => {
  const http: Http = async () => ({ kind: 'answered', status: 403, json: { message: 'not your project' } })
  expect(await createProjectPageReader(at)(projectId, 0, http, 'before')).toMatchObject({
    effect: { cause: 'read_failed', status: 403, detail: 'not your project' },
  })
})
