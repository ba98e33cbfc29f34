import { type Member, stateOf } from '../cast.ts'

/** How long after it was first asked for a joiner is there, in milliseconds. */
const joinsAfterMs = 1500

/** What one target knows of its members. */
export interface People {
  /** What a member holds; undefined for one that is not there (yet). */
  held(id: string): readonly string[] | undefined
  hold(id: string, holds: readonly string[]): void
  /** The ids of those that are there, in order. */
  readonly ids: readonly string[]
  name(id: string): string
}

/** The members of a target at their beginning. */
export function createPeople(members: readonly Member[]): People {
  const holding = new Map(members.map(({ id, holds }) => [id, holds]))
  const byId = new Map(members.map(member => [member.id, member]))
  const askedFor = new Map<string, number>()

  const isThere = (id: string): boolean => {
    const member = byId.get(id)
    if (member?.joins !== 'later') return member?.joins === 'is there'
    const first = askedFor.get(id) ?? Date.now()
    askedFor.set(id, first)
    return Date.now() - first >= joinsAfterMs
  }
  return {
    held: id => (isThere(id) ? holding.get(id) : undefined),
    hold: (id, holds) => void holding.set(id, stateOf(holds).split(' ').filter(Boolean)),
    get ids() {
      return [...byId.keys()].filter(isThere)
    },
    name: id => byId.get(id)?.name ?? `? ${id}`,
  }
}
