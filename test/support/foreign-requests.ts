import { type OutgoingHttpHeaders, request } from 'node:http'
import { text } from 'node:stream/consumers'

/** What no page of elsewhere may send, each beside a port; `own` is how a program on this machine names the listener. */
export const foreign: [string, (own: string) => OutgoingHttpHeaders][] = [
  ['a name of elsewhere that resolves to loopback', () => ({ host: 'rebound.example' })],
  ['… with the right port', own => ({ host: `rebound.example:${portIn(own)}` })],
  ['… that begins like ours', own => ({ host: `localhost.example:${portIn(own)}` })],
  ['our name with a port of another listener', own => ({ host: `127.0.0.1:${portIn(own) + 1}` })],
  ['our name without its port', () => ({ host: 'localhost' })],
  ['another address', own => ({ host: `10.0.0.1:${portIn(own)}` })],
  ['another site as its origin', own => ({ host: own, origin: 'https://site.example' })],
  ['no origin that it would name (a sandboxed frame)', own => ({ host: own, origin: 'null' })],
  [
    'an origin of this machine on another port',
    own => ({ host: own, origin: `http://127.0.0.1:${portIn(own) + 1}` }),
  ],
  ['an origin of our name over TLS', own => ({ host: own, origin: `https://${own}` })],
  ['an empty origin', own => ({ host: own, origin: '' })],
  ['the mark of another site', own => ({ host: own, 'sec-fetch-site': 'cross-site' })],
  ['the mark of another port of this machine', own => ({ host: own, 'sec-fetch-site': 'same-site' })],
]
/** What programs on this machine, and our own page, send. */
export const own: [string, (own: string) => OutgoingHttpHeaders][] = [
  ['the address alone, as SDKs, the aws CLI and curl do', host => ({ host })],
  ['localhost', host => ({ host: `localhost:${portIn(host)}` })],
  ['LOCALHOST', host => ({ host: `LOCALHOST:${portIn(host)}` })],
  ['IPv6', host => ({ host: `[::1]:${portIn(host)}` })],
  ['its own origin', host => ({ host, origin: `http://${host}` })],
  ['the mark of its own page', host => ({ host, 'sec-fetch-site': 'same-origin' })],
  ['the mark of an address that was typed', host => ({ host, 'sec-fetch-site': 'none' })],
]
/** The port in a host. */
export const portIn = (host: string) => Number(host.split(':').at(-1))

/** Sends a request as a browser does without asking first: a POST of plain text. */
export const ask = (url: string, headers: OutgoingHttpHeaders, { method = 'POST', body = '' } = {}) =>
  new Promise<{ status: number; body: string; cors: unknown }>((resolve, reject) => {
    request(
      url,
      { method, headers: { 'content-type': 'text/plain', ...headers }, agent: false },
      response => {
        const cors = response.headers['access-control-allow-origin']
        text(response).then(read => resolve({ status: response.statusCode ?? 0, body: read, cors }), reject)
      },
    )
      .on('error', reject)
      .end(body)
  })
