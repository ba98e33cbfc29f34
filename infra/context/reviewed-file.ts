import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import type { Parsed } from '../../functions/core/event/role-catalogue.ts'
import { root } from '../paths.ts'

/**
 * Reads a reviewed file (its path may be relative to the repository) and has its content parsed; each problem is
 * `key: file: path: rule`.
 */
export function readReviewed<T>(
  key: string,
  file: string,
  parse: (content: unknown) => Parsed<T>,
): Parsed<T> {
  const parsed = parseFile(resolve(root, file), parse)
  return parsed.ok
    ? parsed
    : { ok: false, problems: parsed.problems.map(problem => `${key}: ${file}: ${problem}`) }
}

function parseFile<T>(path: string, parse: (content: unknown) => Parsed<T>): Parsed<T> {
  let content: unknown
  try {
    content = JSON.parse(readFileSync(path, 'utf8'))
  } catch (error) {
    return { ok: false, problems: [(error as Error).message] }
  }
  return parse(content)
}
