import { close } from '../../functions/core/ledger/close-entry.ts'
import { type Desired, sameDesired } from '../../functions/core/ledger/desired-state.ts'
import type { Attempt, Entry } from '../../functions/core/ledger/ledger-entry.ts'
import { open } from '../../functions/core/ledger/open-entry.ts'
import type { Unread } from '../../functions/sweep/list-scope.ts'
import { type MemberRow, readScope, type ScopeWorld } from '../../functions/sweep/read-scope.ts'
import { createRandom } from '../simulation/random.ts'
import { attemptOf, effects, rules } from '../support/entries.ts'
import { named, scopeId } from '../support/sweeps.ts'

/** One change at the target: from then on the member has this state, or is no member. */
interface Change {
  readonly at: number
  readonly state: Desired | undefined
  readonly by: 'sync' | 'somebody'
}

/** A reading with what really happened meanwhile. */
export interface Witnessed {
  readonly rows: readonly (MemberRow | Unread)[]
  readonly from: number
  readonly to: number
  readonly changes: ReadonlyMap<string, readonly Change[]>
}

const states: readonly Desired[] = ['501', '502', '503'].map(roleId => ({ roleId }))

/**
 * Reads a scope while somebody edits roles, members come and go, and sync applies changes by the ledger's own protocol: writes that are
 * refused, not answered and land later, and attempts that are killed. Everything follows from the seed.
 */
export async function witness(seed: number, settleMs = 60_000): Promise<Witnessed> {
  const random = createRandom(seed, 'third party')
  let now = 10_000_000
  let events = 0
  let order: string[] = []
  const entries = new Map<string, Entry>()
  const changes = new Map<string, Change[]>()
  const due: { readonly at: number; readonly run: () => void }[] = []

  const stateOf = (member: string) => changes.get(member)?.at(-1)?.state
  const change = (member: string, state: Desired | undefined, by: Change['by']) => {
    if (!stateOf(member) && state) order = random() < 0.5 ? [...order, member] : [member, ...order]
    if (!state) order = order.filter(each => each !== member)
    changes.set(member, [...(changes.get(member) ?? []), { at: now, state, by }])
  }
  const later = (ms: number, run: () => void) => void due.push({ at: now + ms, run })

  /** An attempt of sync: lease, write, end. It may be killed after any of them. */
  const attempt = (member: string) => {
    const made: Attempt = { ...attemptOf(Math.min(++events, 59), random.pick(states)), holder: `h${events}` }
    const opened = open(entries.get(member), member, made, now, rules)
    if (opened.kind !== 'send') return
    entries.set(member, opened.entry)
    const fate = random()
    if (fate < 0.1) return
    const lands = 1 + random() * 3000
    later(lands, () => {
      if (fate < 0.75 && stateOf(member)) change(member, made.desired, 'sync')
    })
    if (fate > 0.9) return
    later(fate < 0.2 ? lands - 0.5 : lands + random() * 3000, () => {
      const effect =
        fate < 0.2 ? effects.unanswered : fate < 0.75 && stateOf(member) ? effects.proven : effects.refused
      const closed = close(entries.get(member), made, effect, now, rules)
      if (closed.kind !== 'lost' && closed.kind !== 'restore') entries.set(member, closed.entry)
    })
  }
  const pass = (ms: number) => {
    const to = now + ms
    for (;;) {
      const [next] = due.toSorted((x, y) => x.at - y.at)
      if (!next || next.at > to) break
      due.splice(due.indexOf(next), 1)
      now = Math.max(now, next.at)
      next.run()
    }
    now = to
  }
  const members = Array.from({ length: 12 + Math.floor(random() * 20) }, (_, n) => named(n + 1))
  const live = (ms: number, busy: number) => {
    for (let left = ms; left > 0; ) {
      const step = Math.min(left, random() * 2000)
      left -= step
      pass(step)
      if (random() > busy) continue
      const member = random.pick(members)
      const what = random()
      if (what < 0.5) attempt(member)
      else if (what < 0.8 && stateOf(member)) change(member, random.pick(states), 'somebody')
      else if (what < 0.9) change(member, stateOf(member) ? undefined : random.pick(states), 'somebody')
    }
  }

  for (const member of members) if (random() < 0.9) change(member, random.pick(states), 'somebody')
  live(300_000, 0.8)
  pass(random() < 0.5 ? 300_000 : 0)

  const busy = random.pick([0, 0.1, 0.5])
  const size = 3 + Math.floor(random() * 5)
  const world: ScopeWorld = {
    kind: { name: 'wacht', isExactly: sameDesired },
    scope: scopeId,
    settleMs,
    target: {
      people: async (_, page) => {
        live(random() * 3000, busy)
        const part = order.slice(page, page + size)
        const listed = part.map(member => ({ member, state: stateOf(member) as Desired }))
        const next = page + part.length
        const isMore = next < order.length
        live(random() * 3000, busy)
        return { ok: true, listed, ...(isMore && { next }) }
      },
    },
    http: async () => {
      throw new Error('a fake list is read without HTTP')
    },
    entries: async names => {
      live(random() * 100, busy)
      return new Map(names.flatMap(name => entries.get(name) ?? []).map(entry => [entry.member, entry]))
    },
    membersOf: async function* () {
      yield* [...entries.keys()]
    },
    pending: async () => new Set(),
    turn: async () => live(1000, busy),
    wait: async ms => live(ms, busy),
    now: () => now,
    until: Number.POSITIVE_INFINITY,
  }
  const from = now
  const rows: (MemberRow | Unread)[] = []
  for await (const row of readScope(world)) rows.push(row)
  return { rows, from, to: now, changes }
}

/** The state of a member at a time. */
const stateAt = (changes: readonly Change[] = [], at: number): Change | undefined =>
  changes.findLast(each => each.at <= at)

/** The changes of a member within a time, the one before included. */
function within(changes: readonly Change[] = [], from: number, to: number): Change[] {
  const before = stateAt(changes, from) ?? { at: 0, state: undefined, by: 'somebody' as const }
  return [before, ...changes.filter(({ at }) => at > from && at <= to)]
}

/** What a reading reports wrongly, in words. */
export function wrongIn({ rows, from, to, changes }: Witnessed): string[] {
  const wrong: string[] = []
  const found = new Map(rows.flatMap(row => (row.kind === 'member' ? [[row.member, row] as const] : [])))
  const isComplete = !rows.some(({ kind }) => kind === 'unread')
  for (const row of found.values()) {
    const { member, finding, shown, entry, at } = row
    const told = (text: string) => void wrong.push(`${member} ${finding}: ${text}`)
    /** What the page can have shown: it was answered within ten seconds. */
    const seen = within(changes.get(member), at, Math.min(at + 10_000, to))
    if (finding === 'drift') {
      const applied = entry?.applied?.desired
      if (!applied || !shown || sameDesired(applied, shown)) told('both states are one')
      if (entry!.applied!.at > at) told('it was applied after its page was asked for')
      if (!seen.some(({ state, by }) => by === 'somebody' && state && shown && sameDesired(state, shown)))
        told('nobody but sync made what is shown')
    }
    if (finding === 'same' && !seen.some(({ state }) => state && sameDesired(state, entry!.applied!.desired)))
      told('the target did not show it')
    if (finding === 'gone' && within(changes.get(member), from, to).every(({ state }) => state))
      told('it was a member all the time')
  }
  if (found.size !== rows.filter(({ kind }) => kind === 'member').length) wrong.push('a member has two rows')
  if (!isComplete) return wrong
  for (const [member, of] of changes) {
    const during = within(of, from, to)
    if (during.every(({ state }) => state) && !found.has(member)) wrong.push(`${member}: hidden`)
  }
  return wrong
}
