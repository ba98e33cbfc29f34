import type { Sandbox } from './sandbox-server.ts'

/** The options of every sandbox. */
export interface SandboxOptions {
  /** 0, any free port, unless given. */
  readonly port?: number
  readonly token: string
  /** Every id exists, except ids that end in 404; false by default. */
  readonly open?: boolean
  /** Keeps the state in this file, and starts with its content. */
  readonly file?: string
}

/** The content of a target's sandbox at the start of a run. */
export interface SandboxSeed {
  /** The catalogue, read leniently: by role and scope, the state there. */
  readonly catalogue: Readonly<Record<string, Readonly<Record<string, Readonly<Record<string, unknown>>>>>>
  /** The data of the events that name one of its members. They exist, without a role. */
  readonly events: readonly Readonly<Record<string, unknown>>[]
  /** The people whom events name by e-mail, and the person of the README. */
  readonly people: readonly SeededPerson[]
}

/** A person, and the scopes of the target in which they are a member. */
export interface SeededPerson {
  readonly email: string
  readonly scopes: readonly string[]
}

/**
 * Starts the sandbox of a target for a run, with the CDK context of the run. A target's sandbox is `start` in
 * `infra/local/sandbox/<target>/<target>-sandbox.ts`; a target without one needs a URL.
 */
export type StartSandbox = (
  options: SandboxOptions,
  context: Readonly<Record<string, string>>,
  seed: SandboxSeed,
) => Promise<Sandbox<unknown>>

/** The ids if all are known to a sandbox, else none: ids that end in 404 stay unknown. */
export const knownIds = (...ids: readonly unknown[]): readonly string[] =>
  ids.every(id => typeof id === 'string' && !id.endsWith('404')) ? (ids as string[]) : []

/** The seed of one target. */
export function seedOf(target: string, catalogue: unknown, bodies: readonly string[]): SandboxSeed {
  const data = dataOf(bodies)
  const roles = Object.entries((catalogue ?? {}) as Record<string, Record<string, object>>)
  const seeded = Object.fromEntries(
    roles.map(([role, targets]) => [role, (targets[target] ?? {}) as SandboxSeed['catalogue'][string]]),
  )
  return {
    catalogue: seeded,
    events: data.filter(one => one.target === target),
    people: peopleIn(data, seeded),
  }
}

/** The person whom README.md names. Their member exists wherever the catalogue has a role. */
const personOfReadme = 'jane@example.com'

/**
 * The person of the README, and the people that events name by e-mail: members wherever the catalogue has the first role of theirs. An
 * address that begins with 404 has no member.
 */
function peopleIn(data: readonly EventData[], catalogue: SandboxSeed['catalogue']): SeededPerson[] {
  const named = data.flatMap(({ person, role }) => {
    const email = person?.email
    return typeof email === 'string' && typeof role === 'string' && !email.startsWith('404')
      ? [{ email, scopes: Object.keys(catalogue[role] ?? {}) }]
      : []
  })
  const everywhere = [...new Set(Object.values(catalogue).flatMap(scopes => Object.keys(scopes)))]
  const people = [...named.toReversed(), { email: personOfReadme, scopes: everywhere }]
  return [...new Map(people.map(one => [one.email.toLowerCase(), one])).values()]
}

type EventData = Readonly<Record<string, unknown>> & { readonly person?: { readonly email?: unknown } | null }

/** The data of each body that looks like an event. */
function dataOf(bodies: readonly string[]): EventData[] {
  return bodies.flatMap(body => {
    try {
      const data = (JSON.parse(body) as { data?: unknown } | null)?.data
      return typeof data === 'object' && data !== null ? [data as EventData] : []
    } catch {
      return []
    }
  })
}
