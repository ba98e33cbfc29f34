import { partsOfPerson } from '../people/person-event.ts'
import { createGuard, type Guard, type Guards } from './guards.ts'
import { createShadowed, type IsShadowed } from './shadow.ts'

/** What the guards file makes of a change. What is in shadow mode holds nothing; it tells what it would hold. */
export interface GuardModes {
  /** What is enforced. */
  readonly guard: Guard
  /** What is in shadow mode. Absent if nothing is. */
  readonly trial?: Guard
  /** Whose changes are shadowed as a whole. Absent if nobody's are. */
  readonly isShadowed?: IsShadowed
}

type Entries = readonly { readonly mode?: 'enforce' | 'shadow' | undefined }[]

/**
 * The guards by their mode. A rule for bursts in shadow mode is for a change where it would be the one that counts among all rules, as if it
 * were enforced.
 */
export function createGuardModes(guards: Guards): GuardModes {
  const { protected: members = [], burst = [], shadow = [] } = guards
  const guard = createGuard({ protected: members.filter(isEnforced), burst: burst.filter(isEnforced) })
  const all: Entries = [...members, ...burst]
  const tries = all.some(entry => !isEnforced(entry))
  const tried = createGuard({ protected: members.filter(entry => !isEnforced(entry)), burst })
  const trial: Guard = (change, sender) => {
    const held = tried(change, sender)
    return held?.limit && !held.limit.isTrial ? undefined : held
  }
  return {
    guard,
    ...(tries && { trial }),
    ...(shadow.length > 0 && { isShadowed: createShadowed(shadow) }),
  }
}

const isEnforced = ({ mode }: Entries[number]): boolean => mode !== 'shadow'

/** The keys of the protected people, the fingerprints of their secrets, and whether all of them are only tried. Undefined if there are none. */
export function peopleIn(guards: Guards) {
  const people = (guards.protected ?? []).filter(({ person }) => person !== undefined)
  if (people.length === 0) return undefined
  const parts = people.map(({ person = '' }) => partsOfPerson(person))
  const keys: ReadonlySet<string> = new Set(parts.map(({ key }) => key))
  const fingerprints: ReadonlySet<string> = new Set(parts.map(({ fingerprint }) => fingerprint))
  return { keys, fingerprints, areTried: !people.some(isEnforced) }
}
