import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { defaultSources, root } from '../../paths.ts'

/** The sources of the sample: an Okta organization and an HR system, in the roles of `infra/roles.json`. */
export const sampleSources = join(import.meta.dirname, 'sources.json')

/** The context key that lets the sample's sources in, unless sources are declared, or roles that these do not speak of. */
export const sourcesContext = (context: Readonly<Record<string, string>>): { sources?: string } =>
  context.sources !== undefined || context.roles !== undefined || declaresSources()
    ? {}
    : { sources: sampleSources }

/** Whether the repository's own file declares any; what is wrong with it is told when the stack is synthesized. */
function declaresSources(): boolean {
  try {
    return Object.keys(JSON.parse(readFileSync(resolve(root, defaultSources), 'utf8')) as object).length > 0
  } catch {
    return true
  }
}
