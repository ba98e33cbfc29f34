import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { build } from 'esbuild'

/** The content of a path. */
export interface PageFile {
  readonly type: string
  readonly content: string
}

const own = (name: string) => join(import.meta.dirname, 'client', name)

/**
 * Builds the files of the page, by path. No path of a request becomes a path of the disk. In the npm package this module holds the
 * built files.
 */
export async function pageFiles(): Promise<ReadonlyMap<string, PageFile>> {
  const entryPoints = [own('page.tsx'), own('page.css')]
  const { outputFiles } = await build({ entryPoints, bundle: true, minify: true, write: false, outdir: '/' })
  const types = { js: 'text/javascript', css: 'text/css' }
  const bundled = Object.entries(types).map(([ending, type]) => {
    const file = outputFiles.find(({ path }) => path.endsWith(`.${ending}`))
    return [`/page.${ending}`, { type, content: file!.text }] as const
  })
  return new Map([...bundled, ['/', { type: 'text/html', content: readFileSync(own('page.html'), 'utf8') }]])
}
