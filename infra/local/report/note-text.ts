import { causeText } from '../../../functions/core/outcome/cause-words.ts'

/** The note of a log line for a person. Undefined unless the line reports trouble or a retry. */
export function noteOf(line: Readonly<Record<string, unknown>>): string | undefined {
  const { level, message, error, event, cause, seconds } = line
  if (level === 'ERROR' || level === 'WARN') {
    const why = (error as { message?: unknown } | undefined)?.message
    return `${level.toLowerCase()}: ${message}${why === undefined ? '' : `: ${why}`}`
  }
  if (message === 'retry') return `${event}: retry in ${seconds} s (${causeText(cause)})`
  return undefined
}

/** Checks whether a text is new within a time, so that a missing secret gives one line, not one for each message. */
export function onceInAWhile(ms: number, now: () => number = Date.now): (text: string) => boolean {
  const last = new Map<string, number>()
  return text => {
    const before = last.get(text)
    if (before !== undefined && now() - before < ms) return false
    last.set(text, now())
    return true
  }
}
