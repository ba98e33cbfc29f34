import { BoundedMap } from '../../core/bounded-map.ts'
import { causeText } from '../../core/outcome/cause-words.ts'
import { type ChangeNames, namesIn, namesInLine } from './change-names.ts'
import type { LoggedOutcome, LogLine, OutcomeName } from './log-lines.ts'
import type { Step } from './page-source.ts'
import { answerStep, endNote, endStep, waitStep } from './step-words.ts'
import { clockOf } from './time-words.ts'

/** A received message. Times are milliseconds since 1970. */
export interface ReceivedMessage {
  readonly messageId: string
  readonly body: string
  readonly receives: number
  readonly sentAt: number
}

/** One event with all that happened to its messages. */
export interface TrackedChange extends ChangeNames {
  /** Undefined while no line has told it. */
  readonly sentAt?: number
  readonly steps: readonly Step[]
  /** How many steps were left out between the second one and the others. */
  readonly omitted: number
  /** Its messages that are on the queue, with why and until when they wait; undefined while an attempt runs. */
  readonly open: ReadonlyMap<string, string | undefined>
  /** How it ended last. A duplicate does not replace an earlier end. */
  readonly ending?: ChangeEnding
}

/** The end of an event. */
export interface ChangeEnding {
  readonly outcome: OutcomeName
  readonly note: string
  readonly at: number
  readonly tookMs?: number | undefined
}

/** The newest events of a run. `at` is always milliseconds since 1970. */
export interface ChangeHistory {
  received(message: ReceivedMessage, at: number): void
  /** Takes a log line, or an item of the history with the fields of one. A message may be known by its lines alone. */
  line(line: LogLine, at: number): void
  /** Takes the outcome of a message. The second one of a message replaces a brief one, and else changes nothing. */
  ended(outcome: LoggedOutcome, at: number): void
  get(id: string): TrackedChange | undefined
  /** All events, the one that changed last first. */
  newest(): readonly TrackedChange[]
  /** How many events were applied since a time, also those that are forgotten, and when the last one was. Forgets what was before. */
  applied(since: number): { readonly count: number; readonly lastAt: number }
}

/** The most events to remember. The one that changed longest ago goes first. */
export const mostChanges = 5000

/** The most steps of an event to remember. */
const mostSteps = 30

/** An empty history. */
export function createHistory(most = mostChanges): ChangeHistory {
  const changes = new BoundedMap<string, TrackedChange>(most)
  /** The event of each message. A replay is another message of the same event. */
  const idByMessage = new BoundedMap<string, string>(2 * most)
  const briefEnds = new BoundedMap<string, BriefEnd>(2 * most)
  let appliedAt: number[] = []

  const changeOf = (messageId: unknown) => changes.get(idByMessage.get(String(messageId)) ?? '')
  const put = (change: TrackedChange) => void changes.set(change.id, change)
  const ended = (outcome: LoggedOutcome, at: number) => {
    const { messageId } = outcome
    const known = changeOf(messageId)
    const brief = briefEnds.get(messageId)
    if (!known || !(known.open.has(messageId) || brief)) return
    const change = brief ? without(known, brief) : known
    const open = new Map(change.open)
    open.delete(messageId)
    const ending = endingOf(outcome, change, at)
    if (!brief && ending.outcome === 'applied' && change.ending?.outcome !== 'applied') {
      appliedAt.push(at)
    }
    const step = endStep(outcome, at)
    put({ ...withStep(change, step), open, ending })
    if (outcome.isBrief) briefEnds.set(messageId, { step, ending, before: change.ending })
    else briefEnds.delete(messageId)
  }
  /** The event of a message that is known by a line alone. */
  const learned = (line: MessageLine): TrackedChange => {
    const names = namesInLine(line)
    const known = changes.get(names.id) ?? { ...names, steps: [], omitted: 0, open: new Map() }
    idByMessage.set(line.messageId, names.id)
    return { ...known, open: new Map(known.open).set(line.messageId, undefined) }
  }
  return {
    received: ({ messageId, body, receives, sentAt }, at) => {
      const known = changeOf(messageId)
      const change = known ?? sent(changes, namesIn(body, at), sentAt)
      idByMessage.set(messageId, change.id)
      const step: Step = { at, tone: 'plain', text: `Try ${receives}`, detail: '' }
      put({ ...withStep(change, step), open: new Map(change.open).set(messageId, undefined) })
    },
    line: (line, at) => {
      if (!isOfMessage(line)) return
      const known = changeOf(line.messageId) ?? learned(line)
      const change = withSend({ ...known, role: known.role || namesInLine(line).role }, line, at)
      put(change)
      if (line.message === 'outcome') return ended(line as unknown as LoggedOutcome, at)
      if (line.message === 'attempt') return put(withStep(change, answerStep(line, at)))
      const wait = `${causeText(line.cause)}; next try at ${clockOf(at + Number(line.seconds) * 1000)}`
      const isLate = change.ending !== undefined && at < change.ending.at
      const open = isLate ? change.open : new Map(change.open).set(line.messageId, wait)
      put({ ...withStep(change, waitStep(line, at)), open })
    },
    ended,
    get: id => changes.get(id),
    newest: () => [...changes.values()].reverse(),
    applied: since => {
      appliedAt = appliedAt.filter(at => at >= since)
      return { count: appliedAt.length, lastAt: appliedAt.reduce((last, at) => Math.max(last, at), 0) }
    },
  }
}

/** A line about a message. */
type MessageLine = LogLine & { readonly messageId: string }

const isOfMessage = (line: LogLine): line is MessageLine =>
  typeof line.messageId === 'string' && ['attempt', 'outcome', 'retry'].includes(String(line.message))

/** A change with its send, as far as a line tells it. */
function withSend(change: TrackedChange, { effectMs, ageMs }: LogLine, at: number): TrackedChange {
  const age = effectMs ?? ageMs
  if (change.sentAt !== undefined || typeof age !== 'number') return change
  return { ...withStep(change, { at: at - age, tone: 'plain', text: 'Sent', detail: '' }), sentAt: at - age }
}

/** A brief end of a message: the step and the ending that it made, and the ending before. */
interface BriefEnd {
  readonly step: Step
  readonly ending: ChangeEnding
  readonly before: ChangeEnding | undefined
}

/** A change as it would be without a brief end. */
function without({ ending, ...change }: TrackedChange, brief: BriefEnd): TrackedChange {
  const left = ending === brief.ending ? brief.before : ending
  return { ...change, steps: change.steps.filter(step => step !== brief.step), ...(left && { ending: left }) }
}

/** The event of a new message, which may be known by an earlier one. */
function sent(
  changes: ReadonlyMap<string, TrackedChange>,
  names: ChangeNames,
  sentAt: number,
): TrackedChange {
  const before = changes.get(names.id)
  const step = (text: string): Step => ({ at: sentAt, tone: 'plain', text, detail: '' })
  if (before) return withStep(before, step('Sent again'))
  return { ...names, sentAt, steps: [step('Sent')], omitted: 0, open: new Map() }
}

/** An event with one more step. The first two stay, and of the others the last ones. */
function withStep(change: TrackedChange, step: Step): TrackedChange {
  const steps = [...change.steps, step]
  if (steps.length <= mostSteps) return { ...change, steps }
  return { ...change, steps: steps.toSpliced(2, 1), omitted: change.omitted + 1 }
}

function endingOf(outcome: LoggedOutcome, { ending, sentAt }: TrackedChange, at: number): ChangeEnding {
  if (ending && (outcome.outcome === 'duplicate' || at < ending.at)) return ending
  const { outcome: name, effectMs } = outcome
  const tookMs = effectMs ?? (sentAt === undefined ? undefined : Math.max(0, at - sentAt))
  return { outcome: name, note: endNote(outcome), at, tookMs }
}
