import type { StoredMessage } from '../engines/embedded-engines.ts'
import { nothingEnded, type Outcome } from '../outcomes/message-outcome.ts'
import type { ReadEntry } from '../stack/ledger-entries.ts'
import { type Chart, depthChart, outcomeChart, type Range, rangeOf } from './chart-data.ts'
import { type Flight, flightsOf, type InFlightMessage } from './in-flight-messages.ts'
import { latest } from './latest-letters.ts'
import { startPageServer } from './page-server.ts'
import { mostRows, type View, viewOf } from './page-view.ts'
import { type Depth, everyMs, grown, type Sample, sumOf } from './run-samples.ts'
import { startWaits } from './waiting-messages.ts'

/** The dependencies of the page. */
export interface PageWorld {
  /** 0 for any free port. */
  readonly port: number
  readonly name: string
  /** The depth of the changes queue. */
  depth(): Depth
  inFlight(): readonly InFlightMessage[]
  letters(): readonly StoredMessage[]
  readonly entry: ReadEntry
  /** Milliseconds since 1970. */
  now(): number
  onTrouble(text: string): void
}

/** What the browser gets every second. */
export interface Frame {
  readonly name: string
  readonly range: Range
  readonly depths: Chart
  readonly outcomes: Chart
  readonly view: View
}

/** A running page. */
export interface Page {
  readonly url: string
  /** Takes the outcome of a message. */
  outcome(outcome: Outcome): void
  /** Takes a log line of a function. */
  line(text: string): void
  /** Takes a sample and sends a frame. A timer calls this every second. */
  turn(): Promise<void>
  stop(): Promise<void>
}

/** The most messages that the page reads in a second. It reads a longer queue less often. */
const readInASecond = 2000

/** Serves the page. Rejects with EADDRINUSE when the port is taken. */
export async function startPage(world: PageWorld): Promise<Page> {
  const { now, name } = world
  const server = await startPageServer(world.port)
  const waits = startWaits()
  let history: readonly Sample[] = []
  let ended = nothingEnded
  let endedSince = nothingEnded
  let flights: readonly Flight[] = []
  let nextRead = 0

  const readFlights = (at: number, messages: number) => {
    if (at < nextRead) return
    nextRead = at + Math.floor(messages / readInASecond) * everyMs
    flights = messages === 0 ? [] : flightsOf(world.inFlight(), waits, flights)
  }
  const turn = async () => {
    const changes = world.depth()
    const letters = world.letters()
    const at = now()
    const sample = { at, changes, letters: letters.length, ended: endedSince }
    endedSince = nothingEnded
    history = grown(history, sample)
    if (!server.isWatched) return
    readFlights(at, changes.visible + changes.inFlight + changes.delayed)
    const shown = await latest(letters, mostRows, world.entry, at)
    const view = viewOf({ sample, ended, flights, letters: shown })
    const charts = { depths: depthChart(history), outcomes: outcomeChart(history) }
    server.send({ name, range: rangeOf(history, at), ...charts, view } satisfies Frame)
  }

  let turning: Promise<void> | undefined
  const timer = setInterval(() => {
    turning ??= turn()
      .catch(error => world.onTrouble(`the live page failed to update: ${error}`))
      .finally(() => (turning = undefined))
  }, everyMs)
  return {
    url: server.url,
    outcome: outcome => {
      waits.ended(outcome)
      const one = { ...nothingEnded, [outcome.outcome]: 1 }
      ended = sumOf(ended, one)
      endedSince = sumOf(endedSince, one)
    },
    line: waits.line,
    turn,
    stop: async () => {
      clearInterval(timer)
      await turning
      await server.stop()
    },
  }
}
