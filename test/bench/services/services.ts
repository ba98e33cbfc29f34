import { type Child, startChild } from '../child.ts'
import { settingsOf } from './settings.ts'

/** The target and the engines, in a process of their own. */
export interface Services {
  /** What a contestant finds in its environment. */
  readonly environment: Readonly<Record<string, string>>
  /** Puts so many changes on the changes queue, from the `first` on. */
  readonly enqueue: (count: number, first: number) => Promise<void>
  /** Puts so many dead letters on their queue, from the `first` on. */
  readonly bury: (count: number, first: number) => Promise<void>
  /** How long the target takes for an answer, in milliseconds. */
  readonly delay: (ms: number) => Promise<void>
  /** Requests by operation since the last time; `target` is the target's. */
  readonly counts: () => Promise<Readonly<Record<string, number>>>
  stop(): Promise<void>
}

/** Starts the process and resolves once all of it listens. */
export async function startServices(): Promise<Services> {
  const child: Child = startChild('services/process.ts', [], {})
  const found = await child.answered<Record<string, string>>()
  return {
    environment: { ...found, ...settingsOf() },
    enqueue: (argument, first) => child.ask({ ask: 'enqueue', argument, first }),
    bury: (argument, first) => child.ask({ ask: 'bury', argument, first }),
    delay: argument => child.ask({ ask: 'delay', argument }),
    counts: () => child.ask({ ask: 'counts' }),
    stop: child.stop,
  }
}
