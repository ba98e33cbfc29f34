import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { parseCatalogue } from '../../functions/targets/index.ts'
import { root } from '../paths.ts'

/**
 * What is wrong with a role catalogue file (its path may be relative to the repository), each as
 * `roles: file: path: rule`. A wrong id fails the deployment, not the first change that needs it (DESIGN 5).
 */
export function catalogueProblems(file: string): string[] {
  const told = (problem: string) => `roles: ${file}: ${problem}`
  const content = readJson(resolve(root, file))
  if (!content.ok) return [told(content.problem)]
  const catalogue = parseCatalogue(content.value)
  return catalogue.ok ? [] : catalogue.problems.map(told)
}

function readJson(file: string): { ok: true; value: unknown } | { ok: false; problem: string } {
  try {
    return { ok: true, value: JSON.parse(readFileSync(file, 'utf8')) }
  } catch (error) {
    return { ok: false, problem: (error as Error).message }
  }
}
