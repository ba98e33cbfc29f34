import type { IncomingHttpHeaders, IncomingMessage, Server, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'

/** The names by which a program on this machine reaches loopback. */
const loopbackNames = ['127.0.0.1', 'localhost', '[::1]']

/** The values of Sec-Fetch-Site that a page of elsewhere cannot have: a request of our own page, and one that a person typed. */
const ownSites = ['same-origin', 'none']

/** Why a request is refused: the status, and in words what to do. */
export interface Refusal {
  readonly status: 403 | 421
  readonly detail: string
}

/**
 * Why a listener on loopback at `port` refuses a request with these headers; undefined where it does not. A browser on this
 * machine sends requests for every page that it shows. Such a page cannot choose three headers: `Host` (a name of elsewhere
 * that resolves to loopback, DNS rebinding), `Origin` (a POST of another site, also one without a preflight) and
 * `Sec-Fetch-Site` (an image or a link of another site). SDKs, the aws CLI and curl send `Host` alone.
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

/**
 * Has a server refuse what `refusal` refuses, before any of its listeners learns of the request; also those that are added
 * later. Answers with the same server.
 */
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

/** Requests that are answered over their socket: no listener here takes one. */
const isSwitch = (event: string) => event === 'upgrade' || event === 'connect'

/** Every event by which an HTTP server tells of a request. */
const isRequest = (event: string) =>
  event === 'request' || event === 'checkContinue' || event === 'checkExpectation' || isSwitch(event)

const refusalOf = ({ headers, socket }: IncomingMessage) => refusal(headers, socket.localPort ?? 0)

const answer = (response: ServerResponse, { status, detail }: Refusal) =>
  response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8' }).end(`${detail}\n`)
