import { createHash } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { Stage } from 'aws-cdk-lib'
import type { Construct } from 'constructs'
import type { Parsed } from '../../functions/core/event/role-catalogue.ts'
import { root } from '../paths.ts'

/** A reviewed file: its path, which may be relative to the repository, or its content. */
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
    content = JSON.parse(
      typeof reviewed === 'string' ? readFileSync(resolve(root, reviewed), 'utf8') : JSON.stringify(reviewed),
    )
  } catch (error) {
    return { ok: false, problems: [(error as Error).message] }
  }
  return parse(content)
}

/** The absolute path of a reviewed file. Content is written beside the assets of the app, under a name that is its hash. */
export function fileOf(scope: Construct, reviewed: Reviewed): string {
  if (typeof reviewed === 'string') return resolve(root, reviewed)
  const content = JSON.stringify(reviewed)
  const hash = createHash('sha256').update(content).digest('hex')
  const file = join((Stage.of(scope) as Stage).assetOutdir, `reviewed.${hash}.json`)
  writeFileSync(file, content)
  return file
}
