import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'

const root = join(import.meta.dirname, '../..')

/** One import of a file of the project. */
export interface Import {
  readonly from: string
  /** A file of the project, a package's name, or a module of Node's (`node:http`). */
  readonly to: string
  readonly local: boolean
  /** As the import names it. */
  readonly specifier: string
}

/** The source files of a folder of the project, by their paths from its root. */
export const filesIn = (folder: string): string[] =>
  readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter(name => /\.(tsx?|js|mjs)$/.test(name) && !name.endsWith('.d.ts'))
    .map(name => join(folder, name))

/** The text of a file of the project. */
export const sourceOf = (file: string): string => readFileSync(join(root, file), 'utf8')

/** `import … from`, `export … from`, `import '…'` and `import('…')`. */
const specifiers = /\b(?:from\s*|import\s*\(?\s*)['"]([^'"\n]+)['"]/g

/** What a file imports. */
export function importsOf(from: string): Import[] {
  return [...sourceOf(from).matchAll(specifiers)].map(([, specifier = '']) => {
    const local = specifier.startsWith('.')
    const to = local ? relative(root, join(root, dirname(from), specifier)) : packageOf(specifier)
    return { from, to, local, specifier }
  })
}

const packageOf = (specifier: string): string =>
  specifier.startsWith('node:')
    ? specifier
    : specifier
        .split('/')
        .slice(0, specifier.startsWith('@') ? 2 : 1)
        .join('/')
