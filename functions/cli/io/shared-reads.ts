import { BoundedMap } from '../../core/bounded-map.ts'
import { explain } from './aws-errors.ts'
import type { CliWorld } from './cli-world.ts'
import { Failure } from './exit-codes.ts'

/** Asks at most once in a time for each key. Whoever asks meanwhile gets the same answer. */
export function atMostOnce<Value>(
  ms: number,
  now: () => number,
  ask: (key: string) => Promise<Value>,
): (key?: string) => Promise<Value> {
  const asked = new BoundedMap<string, { readonly answer: Promise<Value>; until: number }>(50)
  return (key = '') => {
    const last = asked.get(key)
    if (last && now() < last.until) return last.answer
    const next = { answer: ask(key), until: Number.POSITIVE_INFINITY }
    asked.set(key, next)
    const settle = () => {
      next.until = now() + ms
    }
    next.answer.then(settle, settle)
    return next.answer
  }
}

/** What cannot be read now, by part. */
export type Troubles = ReturnType<typeof createTroubles>

/** Nothing is unread at first. */
export function createTroubles({ env, stop }: CliWorld, onTrouble: (text: string) => void) {
  const texts = new Map<string, string>()
  const told = new Set<string>()
  return {
    has: (part: string): boolean => texts.has(part),
    /** What the page says of a part, or of all. */
    notes: (of?: string): string[] =>
      [...texts].filter(([part]) => part === (of ?? part)).map(([, text]) => text),
    /** Reads a part. Does not reject. */
    watch: async (part: string, read: () => Promise<void>): Promise<void> => {
      try {
        await read()
        texts.delete(part)
      } catch (error) {
        if (stop.aborted) return
        const { message } = error instanceof Failure ? error : explain(error, env)
        const text = `Not read: ${part} (${message}).`
        texts.set(part, text)
        if (!told.has(text)) onTrouble(text)
        told.add(text)
      }
    },
  }
}
