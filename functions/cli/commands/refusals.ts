import type { RefusedLine } from '../io/event-lines.ts'
import { placeWords } from '../io/event-texts.ts'

/** How many different problems are counted. Lines with further problems count as the first of their kind. */
const mostProblems = 1000

/** Counts refused lines by their problem, so that a problem of many lines is shown once. */
export function countRefusals() {
  const problems = new Map<string, { readonly first: RefusedLine; count: number }>()
  let all = 0
  return {
    /** Counts a line. True if it is the first with its problem. */
    add: (line: RefusedLine): boolean => {
      all += 1
      const known = problems.get(problemOf(line))
      if (known) known.count += 1
      else if (problems.size < mostProblems) problems.set(problemOf(line), { first: line, count: 1 })
      return known === undefined
    },
    count: () => all,
    /** A text for each problem of several lines. */
    repeats: (): string[] =>
      [...problems.values()]
        .filter(({ count }) => count > 1)
        .map(
          ({ first, count }) =>
            `${count.toLocaleString('en-US')} times: ${problemOf(first)}; first: ${placeWords(first)}`,
        ),
  }
}

const problemOf = ({ reason, detail }: RefusedLine): string => `${reason}: ${detail}`

/** A refused line as text. */
export const refusedWords = (line: RefusedLine): string =>
  `${placeWords(line)}${line.named.event === null ? '' : ` (${line.named.event})`}: ${problemOf(line)}`
