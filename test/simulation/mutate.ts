import { readFileSync } from 'node:fs'
import { registerHooks, stripTypeScriptTypes } from 'node:module'
import { fileURLToPath } from 'node:url'
import type { Mutant } from './mutants.ts'

const functions = new URL('../../functions/', import.meta.url).href

/**
 * Lets `import('…/functions/x.ts?mutant=NAME')` load the code with that mutant's mistake in it, in all modules that it
 * imports in turn, without writing a file. Throws when a mutant does not fit the code any more.
 */
export function installMutants(mutants: readonly Mutant[]): void {
  const byQuery = new Map(mutants.map(mutant => [queryOf(mutant), mutant]))
  registerHooks({
    resolve: (specifier, context, next) => {
      const resolved = next(specifier, context)
      const query = context.parentURL && new URL(context.parentURL).search
      const inherits = query && byQuery.has(query) && resolved.url.startsWith(functions)
      return inherits ? { ...resolved, url: resolved.url + query } : resolved
    },
    load: (url, context, next) => {
      const { search, href } = new URL(url)
      const mutant = byQuery.get(search)
      if (!mutant || !href.startsWith(functions)) return next(url, context)
      const path = fileURLToPath(href.slice(0, -search.length))
      const source = readFileSync(path, 'utf8')
      const mutated = href.startsWith(`${functions}${mutant.file}`) ? apply(mutant, source) : source
      return { format: 'module', source: stripTypeScriptTypes(mutated), shortCircuit: true }
    },
  })
}

/** The query under which a mutant's code is imported. */
export const queryOf = ({ name }: Mutant): string =>
  new URL(`?mutant=${encodeURIComponent(name)}`, functions).search

function apply({ name, file, find, replace }: Mutant, source: string): string {
  const parts = source.split(find)
  if (parts.length !== 2)
    throw new Error(`mutant "${name}": its line stands ${parts.length - 1} times in ${file}`)
  return parts.join(replace)
}
