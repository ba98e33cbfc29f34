import type { Message } from '@aws-sdk/client-sqs'
import type { StoredMessage } from '../engines/index.ts'
import type { Invocation } from '../lambda/invocation.ts'
import { crashedOutcome, isCrashed } from './letters.ts'
import { type Outcome, outcomesIn } from './outcome.ts'

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
