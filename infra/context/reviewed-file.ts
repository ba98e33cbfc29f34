import { readFileSync } from 'node:fs'
import type { Parsed } from '../../functions/core/event/role-catalogue.ts'

/** A reviewed file: its content, or its path, which may be relative to the working directory (for CDK: the folder of `cdk.json`). */
export type Reviewed = string | object

/** Parses a reviewed file. Each problem is `key: file: path: rule`, or `key: path: rule` if the content was given. */
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

/** The content of a reviewed file as JSON without white space. Throws if it cannot be read. */
export const jsonOf = (reviewed: Reviewed): string => JSON.stringify(contentOf(reviewed))

const contentOf = (reviewed: Reviewed): unknown =>
  JSON.parse(typeof reviewed === 'string' ? readFileSync(reviewed, 'utf8') : JSON.stringify(reviewed))
