import { readFile } from 'node:fs/promises'
import { createServer, type ServerResponse } from 'node:http'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { listen } from '../loopback/loopback-listener.ts'

/** The page's server. */
export interface PageServer {
  readonly url: string
  /** Whether a page is open. */
  readonly isWatched: boolean
  /** Sends this to every open page, and to those that are opened while another one is. */
  send(frame: unknown): void
  stop(): Promise<void>
}

/** More pages than this are refused: each costs a second's work every second. */
const mostPages = 16

/** A page that lets this much lie, in bytes, is closed; it comes back by itself, and gets what is then. */
const mostUnread = 1_000_000

/**
 * Nothing is loaded from elsewhere, nothing runs that is not a file of the page, no text becomes markup, and no other
 * page frames it or reads it.
 */
const headers: Readonly<Record<string, string>> = {
  'content-security-policy': [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "connect-src 'self'",
    'img-src data:',
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ].join('; '),
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cache-control': 'no-store',
}

/** The path of the events. */
const eventsPath = '/events'

/** Serves the page on loopback; rejects with EADDRINUSE when the port is taken. */
export async function startPageServer(port: number): Promise<PageServer> {
  const files = await pageFiles()
  const pages = new Set<ServerResponse>()
  let last = ''

  const open = (response: ServerResponse) => {
    if (pages.size >= mostPages) return void response.writeHead(503, headers).end()
    pages.add(response)
    response.on('close', () => {
      pages.delete(response)
      if (pages.size === 0) last = ''
    })
    response.writeHead(200, { ...headers, 'content-type': 'text/event-stream' })
    response.write(`retry: 1000\n\n${last}`)
  }

  const server = createServer((request, response) => {
    if (request.method !== 'GET') return void response.writeHead(405, { ...headers, allow: 'GET' }).end()
    const path = request.url?.split('?')[0] ?? ''
    if (path === eventsPath) return open(response)
    const file = files.get(path)
    if (!file) return void response.writeHead(404, headers).end()
    response.writeHead(200, { ...headers, 'content-type': file.type }).end(file.content)
  })
  const { url, stop } = await listen(server, port)
  return {
    url,
    get isWatched() {
      return pages.size > 0
    },
    send: frame => {
      last = `data: ${JSON.stringify(frame)}\n\n`
      for (const page of pages) {
        if (page.writableLength > mostUnread) page.destroy()
        else page.write(last)
      }
    },
    stop,
  }
}

/** A file of the page as it is served. */
interface PageFile {
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
async function pageFiles(): Promise<ReadonlyMap<string, PageFile>> {
  const read = paths.map(
    async ([path, file, type]) => [path, { type, content: await readFile(file()) }] as const,
  )
  return new Map(await Promise.all(read))
}
