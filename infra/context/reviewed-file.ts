import { readFileSync } from 'node:fs'
import type { Parsed } from '../../functions/core/event/role-catalogue.ts'

/** A reviewed file: its path, which may be relative to the working directory (CDK's is that of `cdk.json`), or its content. */
export type Reviewed = string | object

/**
 * Has the content of a reviewed file parsed. Each problem is `key: file: path: rule`, and without the file where the content was
 * given.
 */
export function readReviewed<T>(
  key: string,
  reviewed: Reviewed,
  parse: (content: unknown) => Parsed<T>,
): Parsed<T> {
  const parsed = parseReviewed(reviewed, parse)
  if (parsed.ok) return parsed
  const place = typeof reviewed === 'string' ? `${key}: ${reviewed}` : key
  return { ok: false, problems: parsed.problems.map(problem => `${place}: ${problem}`) }
}

function parseReviewed<T>(reviewed: Reviewed, parse: (content: unknown) => Parsed<T>): Parsed<T> {
  let content: unknown
  try {
    content = contentOf(reviewed)
  } catch (error) {
    return { ok: false, problems: [(error as Error).message] }
  }
  return parse(content)
}

/** The JSON of a reviewed file, without the layout of its text. Throws where it cannot be read. */
export const jsonOf = (reviewed: Reviewed): string => JSON.stringify(contentOf(reviewed))

const contentOf = (reviewed: Reviewed): unknown =>
  JSON.parse(typeof reviewed === 'string' ? readFileSync(reviewed, 'utf8') : JSON.stringify(reviewed))
