import type { Answer } from '../core/outcome/http-answer.ts'

/** The largest page size that is requested. */
const mostAtOnce = 100

/** The page size doubles after this many successful reads of one size. */
const growAfter = 2

/** A part of a list: the answer, and the page size that was requested. */
export interface Part {
  readonly answer: Answer
  readonly size: number
  /** The part holds one member whose record alone is over the limit. The list can be read on after that member. */
  readonly isOneTooLarge?: boolean
}

/** Requests a part of a list with at most `size` members. */
export type AskPart = (size: number) => Promise<Answer>

/** Reads a part of the list of a scope, with at most `most` members. */
export type ReadPart = (scope: string, ask: AskPart, most?: number) => Promise<Part>

/**
 * Creates a reader for parts of lists. If a body is over the limit, the part is requested again with half the page size,
 * down to one member. The working size is remembered for each scope and grows again.
 */
export function createPartReader(): ReadPart {
  const sizes = new Map<string, { readonly size: number; readonly good: number }>()

  const wentWell = (scope: string, size: number) => {
    const known = sizes.get(scope)
    if (known?.size !== size) return
    const good = known.good + 1
    sizes.set(scope, good < growAfter ? { size, good } : { size: Math.min(mostAtOnce, size * 2), good: 0 })
  }

  return async (scope, ask, most = mostAtOnce) => {
    for (let size = Math.min(most, sizes.get(scope)?.size ?? mostAtOnce); ; ) {
      const answer = await ask(size)
      if (!isTooLarge(answer)) {
        wentWell(scope, size)
        return { answer, size }
      }
      if (size === 1) return { answer: alone(answer), size, isOneTooLarge: true }
      size = Math.floor(size / 2)
      sizes.set(scope, { size, good: 0 })
    }
  }
}

type TooLarge = Extract<Answer, { kind: 'answered' }> & { readonly unreadable: object }

const isTooLarge = (answer: Answer): answer is TooLarge =>
  answer.kind === 'answered' && answer.status < 300 && answer.unreadable?.why === 'over 1 MiB'

/** Marks the answer: one member alone is over the limit, so a smaller page does not help. */
const alone = (answer: TooLarge): Answer => ({
  ...answer,
  unreadable: { ...answer.unreadable, why: 'over 1 MiB for one member alone' },
})
