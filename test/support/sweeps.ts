import type { Desired } from '../../functions/core/ledger/desired-state.ts'
import { sameDesired } from '../../functions/core/ledger/desired-state.ts'
import type { Entry } from '../../functions/core/ledger/ledger-entry.ts'
import type { Effect } from '../../functions/core/outcome/effect.ts'
import type { Unread } from '../../functions/sweep/list-scope.ts'
import { type MemberRow, readScope, type ScopeWorld } from '../../functions/sweep/read-scope.ts'
import type { PeoplePage } from '../../functions/targets/people-page.ts'
import { appliedOf, entryOf } from './entries.ts'

export const scopeId = '7301954381230018561'
export const named = (n: number | string): string => `wacht/${scopeId}/${n}`

/** The entry of a member with this state applied, long ago. */
export const holding = (n: number | string, desired: Desired, fields: Partial<Entry> = {}): Entry =>
  entryOf({ member: named(n), applied: appliedOf(1, desired), ...fields })

/**
 * A scope whose list can be changed between two of its pages: `before` runs before each request, and may answer in its place. Its clock
 * moves only by waits.
 */
export function fakeScope(members: readonly (readonly [id: number | string, state?: Desired])[], size = 3) {
  const state = {
    now: 10_000_000,
    members: [...members],
    entries: new Map<string, Entry>(),
    /** The scopes whose pending changes were asked for. */
    asked: [] as string[],
    /** The members of whom a change takes effect later. */
    pending: new Set<string>(),
    /** What was done, in order. */
    log: [] as string[],
    before: (_page: number, _calls: number): Effect | PeoplePage | undefined => undefined,
    says: {} as { readonly total?: boolean },
  }
  let calls = 0
  const world: ScopeWorld = {
    kind: { name: 'wacht', isExactly: sameDesired },
    scope: scopeId,
    http: async () => {
      throw new Error('a fake list is read without HTTP')
    },
    target: {
      people: async (_, page) => {
        calls += 1
        state.log.push(`page ${page}`)
        const answer = state.before(page, calls)
        if (answer && 'ok' in answer) return answer
        if (answer) return { ok: false, effect: answer }
        const part = state.members.slice(page, page + size)
        const next = page + part.length
        const isMore = state.says.total ? part.length > 0 : next < state.members.length
        return {
          ok: true,
          listed: part.map(([id, shown]) => ({ member: named(id), ...(shown && { state: shown }) })),
          ...(isMore && { next }),
          ...(state.says.total && { total: state.members.length }),
        }
      },
    },
    entries: async names => {
      state.log.push(`entries ${names.length}`)
      return new Map(names.flatMap(name => state.entries.get(name) ?? []).map(entry => [entry.member, entry]))
    },
    membersOf: async function* () {
      yield* state.entries.keys()
    },
    pending: async scope => {
      state.asked.push(scope)
      return state.pending
    },
    turn: async () => {},
    wait: async ms => {
      state.log.push(`wait ${ms}`)
      state.now += ms
    },
    now: () => state.now,
    until: Number.POSITIVE_INFINITY,
  }
  const apply = (...entries: readonly Entry[]) => {
    for (const entry of entries) state.entries.set(entry.member, entry)
  }
  return { world, state, apply }
}

/** All rows of a reading. */
export async function rowsOf(world: ScopeWorld): Promise<(MemberRow | Unread)[]> {
  const rows: (MemberRow | Unread)[] = []
  for await (const row of readScope(world)) rows.push(row)
  return rows
}

/** The rows of a reading as `id finding`, and `unread`. */
export const findingsOf = (rows: readonly (MemberRow | Unread)[]): string[] =>
  rows.map(row => (row.kind === 'unread' ? 'unread' : `${row.member.split('/')[2]} ${row.finding}`))
