import { expect, test } from '@jest/globals'
import type { Answer } from '../../functions/core/outcome/http-answer.ts'
import { createPartReader } from '../../functions/targets/page-parts.ts'

const unreadable = { why: 'over 1 MiB', contentType: 'application/json', bytes: 1_048_580 } as const
const tooLarge = (status = 200): Answer => ({ kind: 'answered', status, unreadable })
const fine: Answer = { kind: 'answered', status: 200, json: {} }

/** A reader, and the sizes that a reading asks for while so many members are the most that fit. */
function reader() {
  const readPart = createPartReader()
  return async (fits: number, scope = 'a', most?: number) => {
    const asked: number[] = []
    const ask = async (size: number) => {
      asked.push(size)
      return size > fits ? tooLarge() : fine
    }
    const { answer, size } = await readPart(scope, ask, most)
    expect({ answer, size }).toEqual({ answer: fine, size: asked.at(-1) })
    return asked.join(' ')
  }
}

test('a part that is too large is asked for in halves, and after two good readings twice as much is tried', async () => {
  const read = reader()
  const asked: string[] = []
  for (let n = 0; n < 6; n++) asked.push(await read(30))
  expect(asked).toEqual(['100 50 25', '25', '50 25', '25', '50 25', '25'])
})

test('the size grows back to the whole page, and not beyond it', async () => {
  const read = reader()
  await read(7)
  const asked: string[] = []
  for (let n = 0; n < 12; n++) asked.push(await read(1000))
  expect(asked.join(' ')).toBe('6 12 12 24 24 48 48 96 96 100 100 100')
})

test('each scope has a size of its own', async () => {
  const read = reader()
  expect(await read(50, 'a')).toBe('100 50')
  expect(await read(100, 'b')).toBe('100')
  expect(await read(50, 'a')).toBe('50')
})

test('no more is asked for than the reader wants, and that says nothing of larger parts', async () => {
  const read = reader()
  expect(await read(50)).toBe('100 50')
  for (let n = 0; n < 4; n++) expect(await read(50, 'a', 10)).toBe('10')
  expect(await read(50, 'a', 80)).toBe('50')
  expect(await read(1000)).toBe('100')
})

test('one member who alone is too large is told as that, with all that is known of the answer', async () => {
  const part = await createPartReader()('a', async () => tooLarge(), 3)
  const answer = { ...tooLarge(), unreadable: { ...unreadable, why: 'over 1 MiB for one member alone' } }
  expect(part).toEqual({ answer, size: 1, isOneTooLarge: true })
})

test.each<[what: string, answer: Answer]>([
  ['an error with a long page', tooLarge(503)],
  ['a redirect with a long page', tooLarge(300)],
  ['what cannot be read for another reason', { ...tooLarge(), unreadable: { why: 'not JSON' } } as Answer],
  ['no answer', { kind: 'failed', failure: 'timeout', detail: 'no answer in time' }],
])('%s is no reason to ask for less', async (_, answer) => {
  let calls = 0
  const part = await createPartReader()('a', async () => {
    calls += 1
    return answer
  })
  expect({ calls, part }).toEqual({ calls: 1, part: { answer, size: 100 } })
})
