import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { listen } from '../../../functions/cli/loopback/loopback-listener.ts'
import { type Journal, type JournalEntry, journal } from './call-journal.ts'
import { type FaultQueue, faultQueue } from './fault-queue.ts'
import type { Fault } from './faults.ts'
import { answerWith, send } from './sandbox-answer.ts'
import type { Call, Reply, Routes } from './sandbox-call.ts'
import { read } from './sandbox-request.ts'
import type { Store } from './state-store.ts'

/** The parts of a target that the common server needs. */
export interface SandboxServerOptions<State> {
  readonly port: number
  readonly token: string
  readonly store: Store<State>
  readonly routes: Routes<State>
  /** The target's error body. */
  error(status: number, message: string): unknown
}

/** A running sandbox target. */
export interface Sandbox<State> extends Pick<FaultQueue, 'next' | 'always'>, Pick<Journal, 'until'> {
  /** `http://127.0.0.1:<port>`, without a slash at the end. */
  readonly url: string
  readonly state: State
  readonly journal: readonly JournalEntry[]
  /** The number of calls: all, or those of one member and kind. */
  calls(member?: string, kind?: 'read' | 'write'): number
  /** Accepts only this token from now on. */
  rotate(token: string): void
  /** Closes every connection. Writes that did not land yet never land. */
  stop(): Promise<void>
}

/** Starts a sandbox target on loopback. `GET /_state` shows its state and journal, `POST /_faults` queues faults. */
export async function startSandbox<State>(options: SandboxServerOptions<State>): Promise<Sandbox<State>> {
  const { store, routes } = options
  const book = journal()
  const queue = faultQueue()
  const landings = new Set<NodeJS.Timeout>()
  let token = options.token

  const later = (ms: number, act: () => void) => {
    const timer = setTimeout(() => {
      landings.delete(timer)
      act()
    }, ms)
    landings.add(timer)
  }

  const land = (entry: JournalEntry, call: Call<State>): Reply => {
    const { state, reply } = call.perform(store.get())
    store.set(state)
    if (call.kind === 'write' && reply.status < 300) {
      book.note(entry, { landed: Date.now(), after: call.view?.(state) })
    }
    return reply
  }

  const perform = (entry: JournalEntry, call: Call<State>, fault: Fault): Reply => {
    const when = fault.land ?? 'now'
    if (when === 'now') return land(entry, call)
    if (when !== 'never') later(when, () => land(entry, call))
    return (call.unchanged ?? (state => call.perform(state).reply))(store.get())
  }

  const answer = (response: ServerResponse, entry: JournalEntry, reply: Reply, fault: Fault = {}) => {
    const status = answerWith(response, reply, fault.answer ?? 'normal', options.error)
    if (status !== undefined) book.note(entry, { status })
  }

  const handle = async (request: IncomingMessage, response: ServerResponse) => {
    const { method, url, path, body } = await read(request)
    if (url.pathname === '/_state') {
      return send(response, { status: 200, body: { state: store.get(), journal: book.entries } })
    }
    if (url.pathname === '/_faults') {
      const { member, faults } = body as { member: string; faults: Fault[] }
      queue.next(member, ...faults)
      return send(response, { status: 204, body: '' })
    }
    const call = routes({ method, path, query: url.searchParams, body })
    const known = call !== undefined && 'perform' in call
    const entry = book.begin({
      member: known ? call.member : '',
      kind: known ? call.kind : method === 'GET' ? 'read' : 'write',
      method,
      path: url.pathname + url.search,
      body,
    })
    response.on('close', () => book.note(entry, { ended: Date.now() }))
    const refuse = (status: number, message: string) =>
      answer(response, entry, { status, body: options.error(status, message) })
    if (request.headers.authorization !== `Bearer ${token}`) return refuse(401, 'Unauthorized')
    if (call === undefined) return refuse(404, 'Not found')
    if (!known) return answer(response, entry, call)
    const fault = queue.take(call.member, call.kind) ?? {}
    const reply = perform(entry, call, fault)
    if (fault.waitMs === undefined) answer(response, entry, reply, fault)
    else later(fault.waitMs, () => answer(response, entry, reply, fault))
  }

  const server = createServer((request, response) => {
    handle(request, response).catch(error => {
      if (!response.headersSent) send(response, { status: 500, body: options.error(500, String(error)) })
    })
  })
  const { url, stop } = await listen(server, options.port)

  return {
    url,
    get state() {
      return store.get()
    },
    journal: book.entries,
    until: book.until,
    next: queue.next,
    always: queue.always,
    calls: (member, kind) =>
      book.entries.filter(e => (member ?? e.member) === e.member && (kind ?? e.kind) === e.kind).length,
    rotate: next => {
      token = next
    },
    stop: () => {
      for (const timer of landings) clearTimeout(timer)
      return stop()
    },
  }
}
