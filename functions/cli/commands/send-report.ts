import type { Version } from '../../core/event/version.ts'
import type { CliWorld } from '../io/cli-world.ts'
import type { RefusedLine } from '../io/event-lines.ts'
import { type Place, placeOf } from '../io/event-texts.ts'
import { line, note } from '../io/output.ts'
import type { ProgressBar } from '../io/progress-bar.ts'
import { type Column, table } from '../io/text-table.ts'
import { shortMember } from './letter-rows.ts'
import { countRefusals, refusedWords } from './refusals.ts'
import type { BatchResult, SentEvent } from './send-batch.ts'

/** A sent event, without its body. */
export interface SentRecord extends Place {
  readonly event: string
  readonly source: string
  /** Null if the event names a person. */
  readonly member: string | null
  readonly version: Version
  /** The id of its message on the changes queue. */
  readonly message: string
}

/** How many sent events are kept for the text output. */
export const mostShown = 20

/** Counts results and prints refused lines at once. `keep` is how many sent events are kept. */
export function createSendReport(progress: ProgressBar, { json, keep }: { json: boolean; keep: number }) {
  const kept: SentRecord[] = []
  const refused: RefusedLine[] = []
  const refusals = countRefusals()
  let read = 0
  let sent = 0

  return {
    /** Counts the bytes of the input. */
    reading: async function* (chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
      for await (const chunk of chunks) {
        read += chunk.byteLength
        yield chunk
      }
    },
    add: (result: BatchResult): void => {
      sent += result.sent.length
      for (const one of result.sent) if (kept.length < keep) kept.push(sentRecord(one))
      for (const line of result.refused) {
        if (refusals.add(line)) void progress.note(refusedWords(line))
        if (json) refused.push(line)
      }
      progress.update(read, { sent, refused: refusals.count() })
    },
    refusedCount: refusals.count,
    repeats: refusals.repeats,
    /** The kept events, in the order of the input. */
    kept: () => kept.toSorted(inOrder),
    sent: () => sent,
    /** The refused lines for `--json`. */
    refused: () => refused.toSorted(inOrder).map(recordOf),
  }
}

export type SendReport = ReturnType<typeof createSendReport>

/** The result for `--json`. */
export const sendRecord = (report: SendReport) => ({
  sent: report.sent(),
  events: report.kept().map(({ version: _, ...shown }) => shown),
  refused: report.refused(),
})

const columns: readonly Column<SentRecord>[] = [
  { head: 'event', of: ({ event }) => event },
  {
    head: 'member',
    of: ({ member }) => member ?? '(a person)',
    short: ({ member }) => (member === null ? '(a person)' : shortMember(member)),
  },
  { head: 'message', of: ({ message }) => message },
]

/** Prints the result. `next` is the command that shows what became of the events. */
export async function printSent(
  world: CliWorld,
  report: SendReport,
  queue: string,
  next: string | undefined,
): Promise<void> {
  await line(world, `${report.sent()} sent to ${queue}, ${report.refusedCount()} refused`)
  await table(world, columns, report.kept())
  const more = report.sent() - report.kept().length
  if (more > 0) await line(world, `${more.toLocaleString('en-US')} more are not shown; --json lists all`)
  if (next !== undefined) await note(world, `next: ${next}`)
}

const inOrder = (a: Place, b: Place): number => a.line - b.line || (a.item ?? 0) - (b.item ?? 0)

function sentRecord({ event, messageId }: SentEvent): SentRecord {
  const { named, parsed } = event
  const { version } = parsed.change ?? parsed.lookup
  return {
    ...placeOf(event),
    ...{ event: version.id, source: version.source, member: named.member, version, message: messageId },
  }
}

const recordOf = (line: RefusedLine) => ({
  ...placeOf(line),
  event: line.named.event,
  reason: line.reason,
  detail: line.detail,
})
