import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { createRandom, type Random } from '../../simulation/random.ts'
import { landMarginMs, mayLandUntil, type Timings } from '../timings.ts'
import { type Asked, type Call, land, type Routes } from './call.ts'
import { error } from './errors.ts'
import { type Exchange, responder } from './exchange.ts'
import { faultAt, landsLate, readFaults, writeFaults } from './faults.ts'
import type { Journal, Write } from './journal.ts'
import type { People } from './people.ts'

/** A target that misbehaves. */
export interface Target {
  readonly url: string
  /** Cuts every connection and takes no new one until `reopen`. */
  close(): Promise<void>
  reopen(): Promise<void>
  /** For so long every call is answered with 401. */
  rejectFor(ms: number): void
}

export interface TargetOptions {
  readonly seed: number
  readonly timings: Timings
  readonly token: string
  readonly routes: Routes
  readonly people: People
  readonly journal: Journal
}

/** Starts a target on any free port of loopback. What it does with the nth call of a member is settled by the seed. */
export async function startTarget({
  seed,
  timings,
  token,
  routes,
  people,
  journal,
}: TargetOptions): Promise<Target> {
  const streams = new Map<string, Random>()
  const randomOf = (name: string): Random => {
    const random = streams.get(name) ?? createRandom(seed, name)
    streams.set(name, random)
    return random
  }
  let rejecting = 0
  const open = new Set<ServerResponse>()

  const handle = async (request: IncomingMessage, response: ServerResponse) => {
    open.add(response.on('close', () => open.delete(response)))
    const asked = await askedBy(request)
    const { answer } = responder(response, () => undefined)
    if (asked.path[0] === 'trap') journal.trouble('*', 'a redirect was followed')
    if (request.headers.authorization !== `Bearer ${token}`) {
      journal.trouble('*', `the token was ${request.headers.authorization}`)
      return answer({ status: 401 })
    }
    if (Date.now() < rejecting) return answer(error(randomOf('401'), 401, 'Unauthorized'))
    const call = routes(asked)
    if (call) return play(call, response)
    journal.trouble('*', `${request.method} ${request.url} ${JSON.stringify(asked.body)} is not in the API`)
    answer({ status: 400 })
  }

  /** The last moment at which a write takes effect here. */
  const lastLanding = (write: Write) => mayLandUntil(write, timings) - landMarginMs

  const play = (call: Call, response: ServerResponse) => {
    const stream = call.kind === 'write' ? call.member : 'reads'
    const random = randomOf(stream)
    const faults = call.kind === 'write' ? writeFaults : readFaults
    // A write in which the process or its worker is killed lands when nobody knows of it any more.
    const struck = call.kind === 'write' && [...journal.inWrite].filter(kills => kills()).length > 0
    const drawn = faultAt(random(), faults)
    const fault = struck ? landsLate : drawn
    const write = call.kind === 'write' ? journal.begin(call.member, call.asks, fault) : undefined
    const respond = responder(response, (how, status) => write && journal.end(write, how, status))
    response.on('close', () => write && cuts.has(response) && journal.end(write, 'cut'))
    const landNow = () => {
      if (call.kind === 'write' && Date.now() < lastLanding(write!)) land(call, write!, people, journal)
    }
    const after = (ms: number, act: () => void) => void setTimeout(act, ms)
    const exchange: Exchange = {
      ...{ random, token, after, ...respond, land: landNow },
      landLate: () => after(random.between(100, lastLanding(write!) - Date.now()), landNow),
      good: () => respond.answer((call.kind === 'write' && call.refusal()) || call.reply()),
    }
    faults[fault]![1](exchange)
  }

  const cuts = new WeakSet<ServerResponse>()
  const server = createServer((request, response) => {
    handle(request, response).catch(reason => journal.note('*', `a request broke: ${reason}`))
  })
  const listen = (port: number) => new Promise<void>(done => server.listen(port, '127.0.0.1', done))
  await listen(0)
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    close: () =>
      new Promise(done => {
        for (const response of open) cuts.add(response)
        server.close(() => done())
        server.closeAllConnections()
      }),
    reopen: () => listen(port),
    rejectFor: ms => {
      rejecting = Date.now() + ms
    },
  }
}

async function askedBy(request: IncomingMessage): Promise<Asked> {
  const { pathname, searchParams } = new URL(request.url ?? '/', 'http://target')
  const body = await text(request)
  const path = pathname.split('/').filter(Boolean)
  return { method: request.method ?? '', path, query: searchParams, body: body ? JSON.parse(body) : {} }
}
