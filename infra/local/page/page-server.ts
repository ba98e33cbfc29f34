import { readFileSync } from 'node:fs'
import { createServer, type ServerResponse } from 'node:http'
import { createRequire } from 'node:module'
import { dirname, extname, join } from 'node:path'
import { listen } from '../loopback/loopback-listener.ts'

/** The page's server. */
export interface PageServer {
  readonly url: string
  /** Whether a page is open. */
  readonly isWatched: boolean
  /** Sends a frame to every open page, and to a page that opens while another one is open. */
  send(frame: unknown): void
  stop(): Promise<void>
}

/** The most open pages. The server refuses others. */
const mostPages = 16

/** The most unread bytes of a page. The server closes a slower page, which reconnects by itself. */
const mostUnread = 1_000_000

/**
 * The page loads nothing from elsewhere and runs only its own files. No text becomes markup. No other page frames it or reads
 * it.
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

const own = (name: string) => join(import.meta.dirname, 'browser', name)
/** The chart library is a package, so the page works without a network. */
const uplot = (name: string) => join(dirname(createRequire(import.meta.url).resolve('uplot')), name)

/** The file of each path. No path of a request becomes a path of the disk. */
const filesByPath: Readonly<Record<string, string>> = {
  '/': own('page.html'),
  '/page.js': own('page.js'),
  '/page.css': own('page.css'),
  '/theme.css': own('theme.css'),
  '/charts.js': own('charts.js'),
  '/uplot.js': uplot('uPlot.esm.js'),
  '/uplot.css': uplot('uPlot.min.css'),
}

const types: Readonly<Record<string, string>> = { '.html': 'html', '.js': 'javascript', '.css': 'css' }

const pageFiles = () =>
  new Map(
    Object.entries(filesByPath).map(([path, file]) => [
      path,
      { type: `text/${types[extname(file)]}; charset=utf-8`, content: readFileSync(file) },
    ]),
  )

/** Serves the page on loopback. Rejects with EADDRINUSE when the port is taken. */
export async function startPageServer(port: number): Promise<PageServer> {
  const files = pageFiles()
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
