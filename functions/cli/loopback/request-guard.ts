import type { IncomingHttpHeaders, IncomingMessage, Server, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'

/** The loopback names in a `Host`. */
const loopbackNames = ['127.0.0.1', 'localhost', '[::1]']

/** The values of Sec-Fetch-Site that another page cannot send: for our own page, and for a typed address. */
const ownSites = ['same-origin', 'none']

/** The answer to a refused request. */
export interface Refusal {
  readonly status: 403 | 421
  readonly detail: string
}

/**
 * The refusal of a request to a listener on loopback at `port`, by its headers. Undefined if the request is accepted. A browser on
 * this machine sends requests for every page that it shows. A page cannot choose three headers: `Host` (DNS rebinding: a foreign name
 * that resolves to loopback), `Origin` (a POST of another site, even without a preflight) and `Sec-Fetch-Site` (an image or a link
 * of another site). SDKs, the aws CLI and curl send only `Host`.
 */
export function refusal(
  { host, origin, 'sec-fetch-site': site }: IncomingHttpHeaders,
  port: number,
): Refusal | undefined {
  const own = loopbackNames.flatMap(name => (port === 80 ? [name, `${name}:80`] : [`${name}:${port}`]))
  const named = host?.toLowerCase() ?? ''
  if (!own.includes(named)) {
    return { status: 421, detail: `this address is for this machine only: use http://127.0.0.1:${port}` }
  }
  const isForeign = origin !== undefined && origin.toLowerCase() !== `http://${named}`
  if (isForeign || (site !== undefined && !ownSites.includes(String(site)))) {
    return { status: 403, detail: 'requests of other web pages are refused' }
  }
  return undefined
}

/** Adds the check of `refusal` to a server, before all its listeners. Returns the same server. */
export function guard<S extends Server>(server: S): S {
  const { emit } = server
  server.emit = (event: string, ...args: unknown[]) => {
    const refused = isRequest(event) && refusalOf(args[0] as IncomingMessage)
    if (!refused) return Reflect.apply(emit, server, [event, ...args])
    if (isSwitch(event)) (args[1] as Socket).destroy()
    else answer(args[1] as ServerResponse, refused)
    return true
  }
  return server
}

/** The events of requests whose answer goes over the socket. No listener here accepts one. */
const isSwitch = (event: string) => event === 'upgrade' || event === 'connect'

/** The events of an HTTP server for a request. */
const isRequest = (event: string) =>
  event === 'request' || event === 'checkContinue' || event === 'checkExpectation' || isSwitch(event)

const refusalOf = ({ headers, socket }: IncomingMessage) => refusal(headers, socket.localPort ?? 0)

const answer = (response: ServerResponse, { status, detail }: Refusal) =>
  response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8' }).end(`${detail}\n`)
