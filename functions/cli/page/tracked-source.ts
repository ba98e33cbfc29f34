import { isLetterUnproven, type KnownEntry } from '../../core/dead-letter/planned-letters.ts'
import type { StoredDue } from '../../core/due/due-item.ts'
import { forecastOf } from '../../core/due/forecast.ts'
import type { Named } from '../../core/event/event.ts'
import { createEventParser } from '../../core/event/event-parser.ts'
import type { Catalogue } from '../../core/event/role-catalogue.ts'
import type { Round } from '../../core/sweep/sweep-round.ts'
import { kinds } from '../../targets/index.ts'
import { createHistory, mostChanges, type ReceivedMessage, type TrackedChange } from './change-history.ts'
import { cut } from './change-names.ts'
import { matches, newestOf, rowOf } from './change-rows.ts'
import { forecastText } from './forecast-words.ts'
import { failureGroups, heldChanges, type ReadLetter } from './letter-groups.ts'
import { type LoggedOutcome, type LogLine, parseLine } from './log-lines.ts'
import { mendOfOne } from './mend-commands.ts'
import type { PageSource, StoryLetter } from './page-source.ts'
import { healthOfStage, watchTargets } from './stage-health.ts'
import { endNote, endStep } from './step-words.ts'
import { sweepPanel } from './sweep-panel.ts'
import { spanOf } from './time-words.ts'

/** What a tracked source asks for. */
export interface TrackedWorld {
  readonly name: string
  /** How many messages are on the changes queue, in any state. */
  waiting(): number
  letters(): readonly ReadLetter[]
  /** The ledger entry of a member. Does not reject. */
  entry(member: string): Promise<KnownEntry>
  /** The changes of a member that take effect later. Does not reject. */
  due(member: string): Promise<readonly StoredDue[]>
  readonly catalogue: Catalogue
  /** What the sweep knows. Undefined if it has not run, or is off. Does not reject. */
  sweep(): Promise<Round | undefined>
  /** Milliseconds since 1970. */
  now(): number
  /** What only a deployed stage has. */
  readonly stage?: StageWorld
}

/** What a deployed stage tells besides. */
export interface StageWorld {
  /** The end of each command, such as ` --stage prod`. */
  readonly options: string
  /** In this time, in milliseconds, the page has seen all that ended. */
  readonly periodMs: number
  /** What ended in this time, in milliseconds, is among the recent changes. */
  readonly recentMs: number
  /** How many dead letters there are, also those that were not read. */
  letterCount(): number
  alarms(): readonly string[]
  unread(): readonly string[]
  notes(): readonly string[]
}

/** The page's source over what it is told. */
export interface TrackedSource extends PageSource {
  received(messages: readonly ReceivedMessage[]): void
  /** Takes a line that a function wrote, now or at a time. */
  line(text: string, at?: number): void
  /** Takes the fields of a line. */
  told(line: LogLine, at: number): void
  /** Takes the outcome of a message, also of one that SQS moved itself. */
  ended(outcome: LoggedOutcome): void
  /** What an event of a row is called. */
  names(id: string): Named | undefined
  /** The sources that were seen. */
  sources(): ReadonlySet<string | null>
}

/** A source without events. */
export function createTrackedSource(world: TrackedWorld): TrackedSource {
  const { name, waiting, letters, now, stage } = world
  const history = createHistory()
  const parse = createEventParser(kinds, world.catalogue)
  const targets = watchTargets()
  const told = (line: LogLine, at: number) => {
    history.line(line, at)
    targets.line(line, at)
  }
  const forecastOfMember = async (member: string) => {
    const [entry, items] = await Promise.all([world.entry(member), world.due(member)])
    return entry === 'unknown'
      ? ''
      : cut(forecastText(entry?.applied, forecastOf(entry, items, parse, now())))
  }
  const none = stage
    ? `What was read has no end of the last ${spanOf(stage.recentMs)}.`
    : 'Nothing has ended yet.'
  const notFound = `Nothing is found. The page knows the newest ${mostChanges.toLocaleString('en')} events.`

  return {
    received: messages => {
      for (const message of messages) history.received(message, now())
    },
    line: (text, at = now()) => {
      const line = parseLine(text)
      if (line) told(line, at)
    },
    told,
    ended: outcome => history.ended(outcome, now()),

    overview: async () => {
      const count = stage?.letterCount() ?? letters().length
      const facts = { failing: targets.failing(), waiting: waiting(), letters: count, now: now() }
      const more = stage && { periodMs: stage.periodMs, alarms: stage.alarms(), unread: stage.unread() }
      const applied = history.applied(stage ? now() - stage.periodMs : 0)
      const isHeld = ({ reason }: ReadLetter) => reason === 'held'
      const heldLetters = letters().filter(isHeld)
      const held = heldChanges(heldLetters, stage?.options)
      const failures = failureGroups(
        letters().filter(letter => !isHeld(letter)),
        stage?.options,
      )
      return {
        ...{ stage: name, now: now(), failures, held, notes: stage?.notes() ?? [] },
        searches: stage ? 'Event, member, or source and event' : 'Search by event, member or person',
        sweep: sweepPanel(await world.sweep()),
        health: healthOfStage({ ...facts, applied: applied.count, lastAppliedAt: applied.lastAt, ...more }),
        otherLetters: Math.max(
          0,
          failures.reduce((rest, group) => rest - group.count, count - heldLetters.length),
        ),
        otherHeld: held.reduce((rest, group) => rest - group.letters, heldLetters.length),
        inFlight: {
          ...newestOf(history.newest().filter(isInFlight)),
          note: stage ? 'These had an attempt. The log does not name changes that only wait.' : '',
        },
      }
    },
    names: id => history.get(id) ?? letters().find(({ names }) => names.id === id)?.names,
    sources: () =>
      new Set([...history.newest(), ...letters().map(({ names }) => names)].map(each => each.source)),
    changes: async search => {
      const since = stage ? now() - stage.recentMs : 0
      const wanted = (change: TrackedChange) =>
        search === '' ? !isInFlight(change) && (change.ending?.at ?? 0) >= since : matches(change, search)
      const found = newestOf(history.newest().filter(wanted))
      return found.count > 0 ? found : { ...found, note: search === '' ? none : notFound }
    },
    story: async id => {
      const letter = letters().find(({ names }) => names.id === id)
      const change = history.get(id) ?? (letter && changeOf(letter))
      if (!change) return undefined
      const isPart = (other: TrackedChange) =>
        change.member === null && other.madeFor === change.event && other.source === change.source
      return {
        ...{ row: rowOf(change), source: change.source ?? '', member: change.member ?? '' },
        forecast: change.member === null ? '' : await forecastOfMember(change.member),
        // The messages of one event overlap.
        steps: change.steps.toSorted((one, other) => one.at - other.at),
        omitted: change.omitted,
        parts: newestOf(history.newest().filter(isPart)).rows,
        ...(letter && { letter: await storyLetter(letter, world) }),
      }
    },
  }
}

const isInFlight = ({ open }: TrackedChange): boolean => open.size > 0

/** The event of a letter of an earlier run. Only its end is known. */
function changeOf({ messageId, names, reason, attributes, at, detail }: ReadLetter): TrackedChange {
  const end: Pick<LoggedOutcome, 'outcome' | 'reason' | 'guard'> =
    reason === 'held' ? { outcome: reason, guard: attributes.guard ?? '' } : { outcome: 'dead', reason }
  const outcome = { ...names, messageId, detail, receives: 0, ...end }
  const ending = { outcome: outcome.outcome, note: endNote(outcome), at, tookMs: 0 }
  return { ...names, sentAt: at, steps: [endStep(outcome, at)], omitted: 0, open: new Map(), ending }
}

async function storyLetter(letter: ReadLetter, { entry, now, stage }: TrackedWorld): Promise<StoryLetter> {
  const { messageId, names, reason, detail, body } = letter
  const known = names.member === null ? undefined : await entry(names.member)
  return {
    ...{ reason, detail, body, ...mendOfOne(reason, messageId, names.event, stage?.options) },
    unproven: isLetterUnproven(letter, names.event, known, now()),
  }
}
