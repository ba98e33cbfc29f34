import {
  createServer,
  type IncomingMessage,
  type RequestListener,
  type Server,
  type ServerResponse,
} from 'node:http'
import { type AddressInfo, createServer as createTcpServer, type Socket } from 'node:net'
import { text } from 'node:stream/consumers'

/** What came to a server. */
export interface Seen {
  readonly method: string
  readonly url: string
  readonly headers: IncomingMessage['headers']
  readonly body: string
  /** Counts the connections: two requests on one have the same number. */
  readonly connection: number
}

/** A server on loopback that does what a test says. */
export interface TestServer {
  readonly url: string
  readonly seen: readonly Seen[]
  stop(): Promise<void>
}

export type Answering = (response: ServerResponse, seen: Seen, index: number) => void

/** Listens on any free port of loopback. */
export async function listening(server: Server | ReturnType<typeof createTcpServer>): Promise<number> {
  await new Promise<void>(resolve => {
    server.listen(0, '127.0.0.1', resolve)
  })
  return (server.address() as AddressInfo).port
}

/** Starts a server that reads each request whole, notes it and then answers as told. */
export async function startServer(
  answer: Answering,
  make: (listener: RequestListener) => Server = createServer,
) {
  const seen: Seen[] = []
  const connections = new Map<unknown, number>()
  const server = make(async (request, response) => {
    const { method = '', url = '', headers, socket } = request
    const connection = connections.get(socket) ?? connections.size
    connections.set(socket, connection)
    const one = { method, url, headers, body: await text(request), connection }
    seen.push(one)
    answer(response, one, seen.length - 1)
  })
  const port = await listening(server)
  const started: TestServer = {
    url: `http://127.0.0.1:${port}`,
    seen,
    stop: () =>
      new Promise(resolve => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
  return started
}

/** Starts a plain TCP server that does this with each connection. */
export async function startTcp(
  connected: (socket: Socket) => void,
): Promise<{ port: number; stop(): Promise<void> }> {
  const sockets = new Set<Socket>()
  const server = createTcpServer(socket => {
    sockets.add(socket)
    socket.on('error', () => undefined)
    connected(socket)
  })
  const port = await listening(server)
  const stop = () =>
    new Promise<void>(resolve => {
      server.close(() => resolve())
      for (const socket of sockets) socket.destroy()
    })
  return { port, stop }
}

/** Answers with JSON. */
export const json = (response: ServerResponse, status: number, body: unknown, headers = {}): void => {
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body))
}
