import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'

/** A file of the page as it is served. */
export interface PageFile {
  readonly type: string
  readonly content: Buffer
}

const own = (name: string) => join(import.meta.dirname, 'browser', name)
/** The chart library is a dependency like any other: the page works without a network. */
const charts = (name: string) => join(dirname(createRequire(import.meta.url).resolve('uplot')), name)

const html = 'text/html; charset=utf-8'
const script = 'text/javascript; charset=utf-8'
const style = 'text/css; charset=utf-8'

/** Every path there is, with its file and type; a path of a request is never a path of the disk. */
const paths: readonly (readonly [path: string, file: () => string, type: string])[] = [
  ['/', () => own('page.html'), html],
  ['/page.js', () => own('page.js'), script],
  ['/page.css', () => own('page.css'), style],
  ['/theme.css', () => own('theme.css'), style],
  ['/charts.js', () => own('charts.js'), script],
  ['/uplot.js', () => charts('uPlot.esm.js'), script],
  ['/uplot.css', () => charts('uPlot.min.css'), style],
]

/** Reads the files of the page, by path. Rejects when one is missing. */
export async function pageFiles(): Promise<ReadonlyMap<string, PageFile>> {
  const read = paths.map(
    async ([path, file, type]) => [path, { type, content: await readFile(file()) }] as const,
  )
  return new Map(await Promise.all(read))
}
