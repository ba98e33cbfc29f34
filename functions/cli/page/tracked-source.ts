import { isLetterUnproven, type KnownEntry } from '../../core/dead-letter/planned-letters.ts'
import { createHistory, type ReceivedMessage, type TrackedChange } from './change-history.ts'
import { matches, newestOf, rowOf } from './change-rows.ts'
import { failureGroups, type ReadLetter } from './letter-groups.ts'
import { type LoggedOutcome, parseLine } from './log-lines.ts'
import { mendOfOne } from './mend-commands.ts'
import type { PageSource, StoryLetter } from './page-source.ts'
import { healthOfStage, watchTargets } from './stage-health.ts'

/** What a tracked source asks for. */
export interface TrackedWorld {
  readonly name: string
  /** How many messages are on the changes queue, in any state. */
  waiting(): number
  letters(): readonly ReadLetter[]
  /** The ledger entry of a member. Does not reject. */
  entry(member: string): Promise<KnownEntry>
  /** Milliseconds since 1970. */
  now(): number
}

/** The page's source over what it is told. */
export interface TrackedSource extends PageSource {
  received(messages: readonly ReceivedMessage[]): void
  /** Takes a line that a function wrote. */
  line(text: string): void
  /** Takes the outcome of a message, also of one that SQS moved itself. */
  ended(outcome: LoggedOutcome): void
}

/** A source without events. */
export function createTrackedSource({ name, waiting, letters, entry, now }: TrackedWorld): TrackedSource {
  const history = createHistory()
  const targets = watchTargets()

  return {
    received: messages => {
      for (const message of messages) history.received(message, now())
    },
    line: text => {
      const line = parseLine(text)
      if (!line) return
      history.line(line, now())
      targets.line(line, now())
    },
    ended: outcome => history.ended(outcome, now()),

    overview: async () => {
      const all = letters()
      const { count, lastAt } = history.applied
      const facts = { failing: targets.failing(), waiting: waiting(), letters: all.length, now: now() }
      const failures = failureGroups(all)
      return {
        ...{ stage: name, now: now(), failures },
        health: healthOfStage({ ...facts, applied: count, lastAppliedAt: lastAt }),
        otherLetters: failures.reduce((rest, group) => rest - group.count, all.length),
        inFlight: newestOf(history.newest().filter(isInFlight)),
      }
    },
    changes: async search => {
      const wanted = (change: TrackedChange) =>
        search === '' ? !isInFlight(change) : matches(change, search)
      return newestOf(history.newest().filter(wanted))
    },
    story: async id => {
      const letter = letters().find(({ names }) => names.id === id)
      const change = history.get(id) ?? (letter && changeOf(letter))
      if (!change) return undefined
      const isPart = (other: TrackedChange) =>
        change.person !== null && other.madeFor === change.event && other.source === change.source
      return {
        ...{ row: rowOf(change), source: change.source ?? '', member: change.member ?? '' },
        // The messages of one event overlap.
        steps: change.steps.toSorted((one, other) => one.at - other.at),
        omitted: change.omitted,
        parts: newestOf(history.newest().filter(isPart)).rows,
        ...(letter && { letter: await storyLetter(letter, entry, now()) }),
      }
    },
  }
}

const isInFlight = ({ open }: TrackedChange): boolean => open.size > 0

/** The event of a letter of an earlier run. Only its end is known. */
function changeOf({ names, reason, at, detail }: ReadLetter): TrackedChange {
  const ending = { outcome: 'dead', note: reason, at, tookMs: 0 } as const
  const steps = [{ at, tone: 'bad', text: `Dead letter: ${reason}`, detail }] as const
  return { ...names, sentAt: at, steps, omitted: 0, open: new Map(), ending }
}

async function storyLetter(
  letter: ReadLetter,
  entry: TrackedWorld['entry'],
  now: number,
): Promise<StoryLetter> {
  const { messageId, names, reason, detail, body } = letter
  const known = names.member === null ? undefined : await entry(names.member)
  return {
    ...{ reason, detail, body, ...mendOfOne(reason, messageId, names.event) },
    unproven: isLetterUnproven(letter, names.event, known, now),
  }
}
