import type { Message } from '@aws-sdk/client-sqs'
import { isLetterUnproven } from '../../../functions/core/dead-letter/planned-letters.ts'
import { createEventParser } from '../../../functions/core/event/event-parser.ts'
import { kinds } from '../../../functions/targets/index.ts'
import type { StoredMessage } from '../engines/embedded-engines.ts'
import type { Invocation } from '../lambda/lambda-invocation.ts'
import type { ReadEntry } from '../stack/ledger-entries.ts'
import { type Outcome, outcomesIn } from './message-outcome.ts'

/** The dependencies of a record. */
export interface RecordWorld {
  /** Reports one outcome. Once it resolves, the message may be deleted. */
  tell(outcome: Outcome): Promise<void>
  /** The message ids of crashed letters that an earlier run reported. */
  readonly reported: ReadonlySet<string>
  /** Adds to `reported`. */
  report(messageId: string): void
  onTrouble(text: string): void
  /** Reads the ledger entry of a member: it says whether a crashed letter is unproven. */
  readonly entry: ReadEntry
  /** Milliseconds since 1970. */
  now(): number
}

/** The outcomes of a run. It reports each once. */
export interface OutcomeRecord {
  readonly outcomes: readonly Outcome[]
  /** How many messages are settled, with an outcome or without. */
  readonly settledCount: number
  isSettled(messageId: string): boolean
  /** Reports what an invocation settled. Resolves once all is reported. */
  settle(messages: readonly Message[], invocation: Invocation): Promise<void>
  /** Reports new letters that SQS itself moved. Resolves once all is reported. */
  lookAtLetters(letters: readonly StoredMessage[]): Promise<void>
}

/** An empty record. */
export function outcomeRecord({ tell, reported, report, onTrouble, entry, now }: RecordWorld): OutcomeRecord {
  const outcomes: Outcome[] = []
  const settled = new Set<string>()
  const looked = new Set<string>()

  const add = async (outcome: Outcome) => {
    await tell(outcome)
    outcomes.push(outcome)
    settled.add(outcome.messageId)
  }
  return {
    outcomes,
    get settledCount() {
      return settled.size
    },
    isSettled: id => settled.has(id),
    settle: async (messages, { lines }) => {
      const told = outcomesIn(lines)
      for (const id of messages.map(message => message.MessageId!)) {
        const outcome = told.get(id)
        if (settled.has(id)) continue
        if (outcome) await add(outcome)
        else {
          settled.add(id)
          onTrouble(`message ${id} left the queue without an outcome`)
        }
      }
    },
    lookAtLetters: async letters => {
      for (const letter of letters) {
        if (looked.has(letter.messageId)) continue
        looked.add(letter.messageId)
        if (!isCrashed(letter) || reported.has(letter.messageId)) continue
        await add(await crashedOutcome(letter, entry, now()))
        report(letter.messageId)
      }
    },
  }
}

const parse = createEventParser(kinds, {})

/** Whether SQS itself moved the letter, at the maximum receive count: it has no reason. */
export const isCrashed = (letter: StoredMessage): boolean => letter.messageAttributes.reason === undefined

/**
 * The outcome of a letter that SQS itself moved; `now` is milliseconds since 1970. Its names come from the body, as far as they
 * are readable, and its member's ledger entry says whether it is unproven.
 */
export async function crashedOutcome(
  { messageId, body, approximateReceiveCount }: StoredMessage,
  read: ReadEntry,
  now: number,
): Promise<Outcome> {
  const { named } = parse(body, now)
  const entry = named.member === null ? undefined : await read(named.member)
  const unproven = isLetterUnproven({ reason: 'crashed', attributes: {} }, named.event, entry, now)
  // The receive count includes the receive that moved the message, which no function saw.
  const receives = approximateReceiveCount - 1
  return { messageId, ...named, outcome: 'dead', reason: 'crashed', receives, ...(unproven && { unproven }) }
}
