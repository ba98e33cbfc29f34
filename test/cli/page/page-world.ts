import bundled from '#roles' with { type: 'json' }
import type { Listening } from '../../../functions/cli/loopback/loopback-listener.ts'
import { createLetterReader } from '../../../functions/cli/page/letter-groups.ts'
import { startPageServer } from '../../../functions/cli/page/page-server.ts'
import { createTrackedSource, type TrackedSource } from '../../../functions/cli/page/tracked-source.ts'
import type { StoredDue } from '../../../functions/core/due/due-item.ts'
import type { Entry } from '../../../functions/core/ledger/ledger-entry.ts'
import type { Round } from '../../../functions/core/sweep/sweep-round.ts'
import { readCatalogue } from '../../../functions/targets/index.ts'
import type { StoredMessage } from '../../../infra/local/engines/embedded-engines.ts'
import { storedLetters } from '../../../infra/local/page/stack-page.ts'
import { wachtEvent } from '../../local/sample-events.ts'

/** A source over queues that a test fills by hand, on a clock that a test sets. */
export interface SourceTest {
  readonly source: TrackedSource
  readonly letters: StoredMessage[]
  /** What the ledger knows, by member. */
  readonly entries: Map<string, Entry>
  /** What takes effect later, of any member. */
  readonly due: StoredDue[]
  /** What the sweep knows. */
  round?: Round
  /** How many messages the changes queue says that it has. */
  waiting: number
  /** Milliseconds since 1970. */
  at: number
  /** Tells of a message that was sent now and is received now. Its body is an event with the id of the message, unless given. */
  try(messageId: string, options?: { body?: string; receives?: number }): void
  /** Tells of a log line about a message. */
  line(message: 'attempt' | 'retry' | 'outcome', messageId: string, facts: object): void
  /** Tells of a message that is received and applied at once. */
  apply(messageId: string, body?: string): void
  /** Puts a letter on the dead-letter queue; without `attributes` SQS moved it. */
  bury(messageId: string, body: string, attributes?: Readonly<Record<string, string>>): void
}

/** The time at which each test begins, in milliseconds since 1970. */
export const noon = Date.UTC(2026, 10, 27, 12)

export const bodyOf = (id: string, more: Record<string, unknown> = {}): string =>
  JSON.stringify(wachtEvent(id, { time: new Date(noon - 60_000).toISOString(), ...more }))

/** An event that names a person. */
export const personBody = (id: string, email: string): string => {
  const noMember = { target: undefined, organizationId: undefined, membershipId: undefined }
  return bodyOf(id, { data: { ...noMember, person: { email } } })
}

export function sourceTest(): SourceTest {
  const letters: StoredMessage[] = []
  const entries = new Map<string, Entry>()
  const due: StoredDue[] = []
  const world: SourceTest = {
    ...{ letters, entries, due, waiting: 0, at: noon },
    source: createTrackedSource({
      name: 'the-changes',
      waiting: () => world.waiting,
      letters: storedLetters(() => letters, createLetterReader(readCatalogue(bundled))),
      entry: async member => entries.get(member),
      sweep: async () => world.round,
      due: async () => due,
      catalogue: readCatalogue(bundled),
      now: () => world.at,
    }),
    try: (messageId, { body = bodyOf(messageId), receives = 1 } = {}) =>
      world.source.received([{ messageId, body, receives, sentAt: world.at }]),
    line: (message, messageId, facts) =>
      world.source.line(JSON.stringify({ message, messageId, target: 'wacht', ...facts })),
    apply: (messageId, body = bodyOf(messageId)) => {
      world.try(messageId, { body })
      world.line('outcome', messageId, {
        outcome: 'applied',
        receives: 1,
        status: 200,
        calls: 1,
        effectMs: 40,
      })
    },
    bury: (messageId, body, attributes = {}) => {
      const typed = Object.entries(attributes).map(([name, text]) => [
        name,
        { DataType: 'String', StringValue: text },
      ])
      const messageAttributes = Object.fromEntries(typed)
      letters.push({
        messageId,
        body,
        sentTimestamp: world.at,
        approximateReceiveCount: 0,
        messageAttributes,
      })
    },
  }
  return world
}

/** A page over such a source. */
export interface PageTest extends SourceTest, Listening {}

/** Starts a page on any free port. */
export async function startPageTest(): Promise<PageTest> {
  const world = sourceTest()
  const server = await startPageServer(0, world.source, text => {
    throw new Error(text)
  })
  return Object.assign(world, server)
}
