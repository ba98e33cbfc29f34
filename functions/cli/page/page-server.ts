import { createServer, type ServerResponse } from 'node:http'
import { type Listening, listen } from '../loopback/loopback-listener.ts'
import { pageFiles } from './page-files.ts'
import type { PageSource } from './page-source.ts'

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

/** The most characters of a search. */
const mostOfSearch = 256

/** What the page asks for, by path. */
const questions = (
  source: PageSource,
): Readonly<Record<string, (query: URLSearchParams) => Promise<unknown>>> => ({
  '/overview': () => source.overview(),
  '/changes': query => source.changes((query.get('search') ?? '').trim().slice(0, mostOfSearch)),
  '/story': query => source.story(query.get('id') ?? ''),
})

/**
 * Serves the page on loopback. It only reads. A question that `source` rejects is answered with 500, and `onTrouble` gets the
 * error. Rejects with EADDRINUSE when the port is taken.
 */
export async function startPageServer(
  port: number,
  source: PageSource,
  onTrouble: (text: string) => void,
): Promise<Listening> {
  const files = await pageFiles()
  const asked = new Map(Object.entries(questions(source)))

  const answer = async (response: ServerResponse, path: string, query: string): Promise<void> => {
    const file = files.get(path)
    const value = file ? undefined : await asked.get(path)?.(new URLSearchParams(query))
    const { type, content } = file ?? { type: 'application/json', content: JSON.stringify(value) }
    if (content === undefined) return void response.writeHead(404, headers).end()
    response.writeHead(200, { ...headers, 'content-type': `${type}; charset=utf-8` }).end(content)
  }
  const server = createServer((request, response) => {
    if (request.method !== 'GET') return void response.writeHead(405, { ...headers, allow: 'GET' }).end()
    const [path = '', query = ''] = request.url?.split('?', 2) ?? []
    answer(response, path, query).catch(error => {
      onTrouble(`the live page cannot show ${path}: ${error}`)
      response.writeHead(500, headers).end()
    })
  })
  return listen(server, port)
}
