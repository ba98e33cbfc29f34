import type { LedgerStore, Stepped } from '../ports.ts'
import { type Round, roundKey } from './sweep-round.ts'

/** The most scopes in one item of the table: DynamoDB stores 400 KB in it, and a scope takes at most 300 bytes. */
const scopesAtOnce = 1000

/** An item of the round: the round without its scopes, or a part of these. */
export type RoundItem = Stepped & (Omit<Round, 'scopes'> | Pick<Round, 'scopes'>)

type Head = Omit<Round, 'scopes'> & { readonly parts: number }
type Part = Stepped & Pick<Round, 'scopes'>

const partKey = (n: number): string => `${roundKey} ${n}`

/** Reads the round. Undefined if there is none. `parts` are the items with its scopes. */
export async function readRound(
  read: LedgerStore<RoundItem>['read'],
): Promise<{ readonly round: Round; readonly parts: readonly (Part | undefined)[] } | undefined> {
  const stored = (await read(roundKey)) as Head | undefined
  if (!stored) return undefined
  const { parts: count, ...head } = stored
  const keys = Array.from({ length: count }, (_, n) => partKey(n))
  const parts = (await Promise.all(keys.map(read))) as (Part | undefined)[]
  return { round: { ...head, scopes: Object.assign({}, ...parts.map(part => part?.scopes)) }, parts }
}

/**
 * The round in the sweep's table, whose scopes do not fit into one item. The item of the round is written first: who does not get that
 * stored changes no part. What is known of a scope is true by itself, so parts of different writes do no harm. A part that is the same is not
 * written again.
 */
export function createRounds({ read, write }: LedgerStore<RoundItem>): LedgerStore<Round> {
  let known: (Part | undefined)[] = []
  return {
    read: async () => {
      const found = await readRound(read)
      known = [...(found?.parts ?? [])]
      return found?.round
    },
    write: async ({ scopes, ...head }) => {
      const all = Object.entries(scopes)
      const parts = Math.max(known.length, Math.ceil(all.length / scopesAtOnce))
      if ((await write({ ...head, parts } as Head)) !== 'stored') return { conflict: undefined }
      for (let n = 0; n < parts; n++) {
        const before = known[n]
        const some = Object.fromEntries(all.slice(n * scopesAtOnce, (n + 1) * scopesAtOnce))
        if (before && isSame(before.scopes, some)) continue
        const part: Part = { member: partKey(n), rev: (before?.rev ?? 0) + 1, scopes: some }
        if ((await write(part)) !== 'stored') return { conflict: undefined }
        known[n] = part
      }
      return 'stored'
    },
  }
}

/** Whether the scopes are the same, and what is known of each is the same object. */
const isSame = (one: Round['scopes'], other: Round['scopes']): boolean =>
  Object.keys(one).length === Object.keys(other).length &&
  Object.entries(one).every(([scope, summary]) => other[scope] === summary)
