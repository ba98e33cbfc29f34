import { createRandom, type Random } from '../simulation/random.ts'

/** The dialects of Wacht. */
export type Dialect = 'role_id' | 'role_ids'

/** One member of one target, as the targets begin with it. */
export interface Member {
  /** `wacht/<organization>/<membership>` or `project/<project>/<member>`. */
  readonly name: string
  readonly target: 'wacht' | 'project'
  readonly id: string
  /** What it holds at first: role ids, or group ids and perhaps `owner`. */
  readonly holds: readonly string[]
  /** Joiners are answered for with 404 until a while after they were first asked for; some never join. */
  readonly joins: 'is there' | 'later' | 'never'
}

export const organizationId = '7301954381230018561'
export const projectId = '3c90c3cc-0d44-4b50-8888-8dd25736052a'

/** Roles that Wacht knows, beyond 2^53. */
export const roleIds = [1, 2, 3, 4].map(n => `730195438123001700${n}`)
/** A role that it does not know; only the dialect `role_id` says so. */
export const strangeRoleId = '7301954381230017404'
export const groupIds = ['a', 'b', 'c'].map(x => `${x}1f0c3cc-0d44-4b50-8888-8dd25736052a`)
/** A group of another project. */
export const strangeGroupId = 'f4040404-0d44-4b50-8888-8dd25736052a'

/** The role catalogue of a chaos run. */
export const catalogue = Object.fromEntries(
  ['alpha', 'beta', 'gamma'].map((name, n) => [
    name,
    {
      wacht: { [organizationId]: { roleId: roleIds[n] } },
      project: { [projectId]: { groupIds: groupIds.slice(0, n), owner: n === 2 } },
    },
  ]),
)

/** A member for every three events, half of them at each target. */
export function castOf(seed: number, events: number, dialect: Dialect): Member[] {
  const random = createRandom(seed, 'cast')
  const count = Math.max(6, Math.ceil(events / 3))
  return Array.from({ length: count }, (_, n) => {
    const dice = random()
    const joins = dice < 0.05 ? 'never' : dice < 0.15 ? 'later' : 'is there'
    return n % 2 === 0 ? wachtMember(n, joins, random, dialect) : projectMember(n, joins, random)
  })
}

function wachtMember(n: number, joins: Member['joins'], random: Random, dialect: Dialect): Member {
  const id = `73019543812300${String(19_000 + n)}`
  const several = dialect === 'role_ids' && random.chance(0.5)
  const holds = several
    ? roleIds.filter(() => random.chance(0.5))
    : random.chance(0.5)
      ? [random.pick(roleIds)]
      : []
  return { name: `wacht/${organizationId}/${id}`, target: 'wacht', id, holds: [...holds].sort(), joins }
}

function projectMember(n: number, joins: Member['joins'], random: Random): Member {
  const id = `${(0xabcd0000 + n).toString(16)}-0d44-4b50-8888-8dd25736052a`
  const holds = [...groupIds.filter(() => random.chance(0.4)), ...(random.chance(0.3) ? ['owner'] : [])]
  return { name: `project/${projectId}/${id}`, target: 'project', id, holds, joins }
}

/** What a member holds, as one comparable text. */
export const stateOf = (holds: readonly string[]): string => [...holds].sort().join(' ')
