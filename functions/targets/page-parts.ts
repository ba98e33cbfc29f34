import type { Answer } from '../core/outcome/http-answer.ts'

/** The most members of a list that are asked for at once. */
const mostAtOnce = 100

/** So many readings of one size, one after the other, and the next one is twice as large. */
const growAfter = 2

/** A part of a list: the answer, and how many members were asked for. */
export interface Part {
  readonly answer: Answer
  readonly size: number
  /** There is one member in it, who alone is over the limit: the list can be read on behind that one. */
  readonly isOneTooLarge?: boolean
}

/** Asks for a part of a list of so many members at the most. */
export type AskPart = (size: number) => Promise<Answer>

/** Reads a part of the list of a scope, of so many members at the most. */
export type ReadPart = (scope: string, ask: AskPart, most?: number) => Promise<Part>

/**
 * Makes the reader of the parts of lists. A part whose body is over the limit is asked for again with half as many members,
 * down to one. The size that went well is remembered for each scope, and grows again.
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

/** The answer with words that say that halving does not help any more. */
const alone = (answer: TooLarge): Answer => ({
  ...answer,
  unreadable: { ...answer.unreadable, why: 'over 1 MiB for one member alone' },
})
