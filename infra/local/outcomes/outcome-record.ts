import type { Message } from '@aws-sdk/client-sqs'
import { createEventParser } from '../../../functions/core/event/event.ts'
import { kinds } from '../../../functions/targets/index.ts'
import type { StoredMessage } from '../engines/embedded-engines.ts'
import type { Invocation } from '../lambda/lambda-invocation.ts'
import { type Outcome, outcomesIn } from './message-outcome.ts'

/** What a record writes to and what it remembers between runs. */
export interface RecordWorld {
  /** Tells one outcome; once it resolves the message may be deleted. */
  tell(outcome: Outcome): Promise<void>
  /** Crashed letters that were told by an earlier run, by message id, and how to add one. */
  readonly reported: ReadonlySet<string>
  report(messageId: string): void
  onTrouble(text: string): void
}

/** The outcomes of a run, each told once. */
export interface OutcomeRecord {
  readonly outcomes: readonly Outcome[]
  isSettled(messageId: string): boolean
  /** Tells what an invocation settled. Resolves once all is told. */
  settle(messages: readonly Message[], invocation: Invocation): Promise<void>
  /** Tells the letters that SQS moved itself and nobody told yet. Resolves once all is told. */
  lookAtLetters(letters: readonly StoredMessage[]): Promise<void>
}

/** An empty record. */
export function outcomeRecord({ tell, reported, report, onTrouble }: RecordWorld): OutcomeRecord {
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
    isSettled: id => settled.has(id),
    settle: async (messages, { lines }) => {
      const told = outcomesIn(lines)
      for (const id of messages.map(message => message.MessageId!)) {
        const outcome = told.get(id)
        if (settled.has(id)) continue
        if (outcome) await add(outcome)
        else {
          settled.add(id)
          onTrouble(`message ${id} was settled without an outcome`)
        }
      }
    },
    lookAtLetters: async letters => {
      for (const letter of letters) {
        if (looked.has(letter.messageId)) continue
        looked.add(letter.messageId)
        if (!isCrashed(letter) || reported.has(letter.messageId)) continue
        await add(crashedOutcome(letter))
        report(letter.messageId)
      }
    },
  }
}

const parse = createEventParser(kinds, {})

/** A letter without a reason was moved by SQS itself, because the message was received too often. */
export const isCrashed = (letter: StoredMessage): boolean => letter.messageAttributes.reason === undefined

/** The outcome of a letter that SQS moved itself; its names are read from the body as far as they can be. */
export function crashedOutcome({ messageId, body, approximateReceiveCount }: StoredMessage): Outcome {
  const { named } = parse(body, Date.now())
  // The receive that moved the message counts, and nobody got to see it.
  const receives = approximateReceiveCount - 1
  return { messageId, ...named, outcome: 'dead', reason: 'crashed', receives }
}
