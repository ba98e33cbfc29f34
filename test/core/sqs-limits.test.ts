import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { batchesOf, maxBatchBytes, sqsBatchSize } from '../../functions/core/sqs-limits.ts'
import { collect, each } from '../support/iterate.ts'

const group = (bodies: readonly string[]) => collect(batchesOf(each(bodies.map(body => ({ body })))))
const bytesOf = (batch: readonly { readonly body: string }[]) =>
  batch.reduce((sum, { body }) => sum + Buffer.byteLength(body), 0)

describe('batches', () => {
  test('hold ten', async () => {
    const sizes = (await group(Array(23).fill('x'))).map(batch => batch.length)
    expect(sizes).toEqual([10, 10, 3])
  })
  test('are none of nothing', async () => expect(await group([])).toEqual([]))
  test('always keep order and limits', async () => {
    const bodies = fc.array(
      fc.integer({ min: 1, max: 65_536 }).map(size => 'é'.repeat(size / 2 + 1)),
      { maxLength: 40 },
    )
    await fc.assert(
      fc.asyncProperty(bodies, async given => {
        const batches = await group(given)
        expect(batches.flat().map(({ body }) => body)).toEqual(given)
        for (const batch of batches) {
          expect(batch.length).toBeLessThanOrEqual(sqsBatchSize)
          expect(bytesOf(batch)).toBeLessThanOrEqual(maxBatchBytes)
        }
      }),
      { numRuns: 20 },
    )
  })
})
