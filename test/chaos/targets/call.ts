import { stateOf } from '../cast.ts'
import type { Journal, Write } from './journal.ts'
import type { People } from './people.ts'

/** An answer before it is sent. */
export interface Reply {
  readonly status: number
  readonly body?: unknown
  readonly headers?: Readonly<Record<string, string>>
}

/** A request that a target understood. */
export type Call =
  | { readonly kind: 'read'; readonly members: readonly string[]; reply(): Reply }
  | {
      readonly kind: 'write'
      readonly id: string
      readonly member: string
      readonly asks: string
      /** Why it will never be done; undefined when it can be. */
      refusal(): Reply | undefined
      /** What the member holds once it is done. */
      next(before: readonly string[]): readonly string[]
      /** The answer to it once it is done. */
      reply(): Reply
    }

/** What came over HTTP. */
export interface Asked {
  readonly method: string
  readonly path: readonly string[]
  readonly query: URLSearchParams
  readonly body: Readonly<Record<string, unknown>>
}

/** Understands requests; undefined for what the API does not know. */
export type Routes = (asked: Asked) => Call | undefined

/** Does a write now. */
export function land(
  call: Extract<Call, { kind: 'write' }>,
  write: Write,
  people: People,
  journal: Journal,
): void {
  const before = people.held(call.id)
  if (!before || call.refusal()) return
  const after = call.next(before)
  people.hold(call.id, after)
  journal.landed(write, stateOf(before), stateOf(after))
}
