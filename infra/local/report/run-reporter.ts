import { parseLine } from '../../../functions/cli/page/log-lines.ts'
import { printable } from '../../../functions/core/printable.ts'
import type { ExpectedMessages } from '../outcomes/expected-messages.ts'
import { jsonLine, type Outcome, summaryOf } from '../outcomes/message-outcome.ts'
import { noteOf, onceInAWhile } from './note-text.ts'
import { byWhom } from './outcome-order.ts'
import { outcomeTable } from './outcome-table.ts'
import { notesOnly, startProgress } from './run-progress.ts'
import { nextSteps, storyOf } from './run-story.ts'
import { exportBlock } from './shell-environment.ts'
import { paintFor } from './terminal-colors.ts'

/** Results go to `stdout`, all else to `stderr`. */
export interface Streams {
  readonly stdout: NodeJS.WriteStream
  readonly stderr: NodeJS.WriteStream
}

/** Reports a run, as JSON lines or for people. */
export interface Reporter {
  /** Prints the environment that reaches the stack. */
  environment(variables: Readonly<Record<string, string>>): Promise<void>
  /** Begins the work on these messages; the table keeps their order. */
  begin(messageIds: readonly string[], expected: ExpectedMessages): void
  /** Takes the outcome of a message. Resolves once its line is written. */
  outcome(outcome: Outcome): Promise<void>
  /** Takes a log line of a function. */
  line(text: string): void
  /** Shows a note. */
  note(text: string): void
  /**
   * Prints the summary of all outcomes, further lines of the story, and what to try next. `pageUrl` is the live page of a run that stays up.
   */
  summary(outcomes: readonly Outcome[], pageUrl?: string, more?: readonly string[]): Promise<void>
  stop(): void
}

/** The time in which the same note appears once, in milliseconds. */
const sameNoteMs = 10_000
/** With more messages than this, single retries are not shown. */
const maxRetryNotes = 100

/** The reporter of a run. */
export function createReporter({ stdout, stderr }: Streams, json: boolean): Reporter {
  const isNew = onceInAWhile(sameNoteMs)
  const causes = new Map<string, string[]>()
  const order = new Map<string, number>()
  let progress = notesOnly(stderr)
  let expected: ExpectedMessages | undefined
  let count = 0

  const print = (text: string) =>
    new Promise<void>((resolve, reject) => {
      stdout.write(`${text}\n`, error => (error ? reject(error) : resolve()))
    })

  return {
    environment: variables => print(json ? JSON.stringify({ env: variables }) : exportBlock(variables)),
    begin: (messageIds, all) => {
      for (const [index, id] of messageIds.entries()) order.set(id, index)
      expected = all
      progress = startProgress(stderr, all.total)
    },
    outcome: async outcome => {
      if (json) await print(jsonLine(outcome))
      count += 1
      expected?.ended(outcome)
      progress.settled(count, expected?.total ?? count)
    },
    line: text => {
      const line = parseLine(text)
      if (line?.message === 'retry') {
        const id = String(line.messageId)
        causes.set(id, [...(causes.get(id) ?? []), String(line.cause)])
        if (order.size > maxRetryNotes) return
      }
      const note = line ? noteOf(line) : text
      if (note !== undefined && isNew(note)) progress.note(printable(note))
    },
    note: text => progress.note(text),
    summary: async (outcomes, pageUrl, more = []) => {
      progress.stop()
      progress = notesOnly(stderr)
      const summary = summaryOf(outcomes)
      const { resolved, shadow, reasserted, scheduled, held, ...others } = summary
      // Scripts may know only the older counts.
      const newer = {
        ...(resolved > 0 && { resolved }),
        ...(shadow > 0 && { shadow }),
        ...(reasserted > 0 && { reasserted }),
        ...(scheduled > 0 && { scheduled }),
        ...(held > 0 && { held }),
      }
      if (json) return print(JSON.stringify({ summary: { ...others, ...newer } }))
      const paint = paintFor(stdout)
      const table = outcomeTable(byWhom(outcomes, order), causes, paint, stdout.columns)
      const what = outcomes.length > 0 ? [table, ''] : []
      await print(['', storyOf(summary, paint), ...more, '', ...what, nextSteps(pageUrl, paint)].join('\n'))
    },
    stop: () => progress.stop(),
  }
}
