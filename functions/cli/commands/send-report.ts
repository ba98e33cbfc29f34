import type { RefusedLine } from '../io/event-lines.ts'
import type { ProgressBar } from '../io/progress-bar.ts'
import type { BatchResult } from './send-batch.ts'

/** One refused line for `--json`. */
export interface RefusedRecord {
  readonly line: number
  readonly event: string | null
  readonly reason: string
  readonly detail: string
}

/** Counts results and prints refused lines at once. `keep` keeps the refused lines for `result`. */
export function createSendReport(progress: ProgressBar, keep: boolean) {
  const kept: RefusedRecord[] = []
  let read = 0
  let sent = 0
  let refused = 0

  return {
    /** Counts the bytes of the input. */
    reading: async function* (chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
      for await (const chunk of chunks) {
        read += chunk.byteLength
        yield chunk
      }
    },
    add: (result: BatchResult): void => {
      sent += result.sent
      refused += result.refused.length
      for (const line of result.refused) {
        void progress.note(refusedLineWords(line))
        if (keep) kept.push(recordOf(line))
      }
      progress.update(read, { sent, refused })
    },
    anyRefused: () => refused > 0,
    summary: (queue: string) => `${sent} sent to ${queue}, ${refused} refused`,
    result: () => ({ sent, refused: kept.toSorted((a, b) => a.line - b.line) }),
  }
}

export const refusedLineWords = ({ line, named, reason, detail }: RefusedLine): string =>
  `line ${line}${named.event === null ? '' : ` (${named.event})`}: ${reason}: ${detail}`

const recordOf = ({ line, named, reason, detail }: RefusedLine): RefusedRecord => ({
  line,
  event: named.event,
  reason,
  detail,
})
