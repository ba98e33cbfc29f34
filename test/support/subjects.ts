import type { Desired } from '../../functions/core/ledger/desired-state.ts'
import type { Effect } from '../../functions/core/outcome/effect.ts'
import { authorized, type Credentials } from '../../functions/targets/authorized-http.ts'
import { createSend } from '../../functions/targets/http-client.ts'
import type { kinds } from '../../functions/targets/index.ts'
import type { PeoplePage } from '../../functions/targets/people-page.ts'
import { project } from '../../functions/targets/project/project-target.ts'
import type { Http, Reading, Target } from '../../functions/targets/target.ts'
import { wacht } from '../../functions/targets/wacht/wacht-target.ts'
import { startProjectSandbox } from '../../infra/local/sandbox/project/project-sandbox.ts'
import type { Sandbox } from '../../infra/local/sandbox/sandbox-server.ts'
import { startWachtSandbox, type WachtDialect } from '../../infra/local/sandbox/wacht/wacht-sandbox.ts'
import {
  engineerRole,
  groupA,
  groupB,
  managerRole,
  memberId,
  membership,
  organization,
  projectId,
} from './events.ts'

export const token = 'tok-Zq7xKp9vWm'

/** One target in one dialect, over its sandbox: a member that holds `before` and is to hold `wanted`. */
export interface Subject {
  readonly name: string
  readonly member: string
  readonly before: Desired
  readonly wanted: Desired
  readonly start: () => Promise<Sandbox<unknown>>
  readonly connect: (url: string) => Target
  /** What the member holds now, in the target's own words, comparable with `shown(desired)`. */
  readonly held: (sandbox: Sandbox<unknown>) => unknown
  readonly shown: (desired: Desired) => unknown
  /** Whether it shows what a member holds when it is only asked, and so has a read-back. */
  readonly reads: boolean
  /** Whether its lists show what members hold. */
  readonly lists: boolean
  readonly includes: Kind['includes']
}

type Kind = (typeof kinds)[number]

const wachtSubject = (dialect: WachtDialect): Subject => ({
  name: `wacht ${dialect}`,
  member: `wacht/${organization}/${membership}`,
  before: { roleId: engineerRole },
  wanted: { roleId: managerRole },
  start: () =>
    startWachtSandbox({
      ...{ token, dialect },
      organizations: {
        [organization]: {
          roles: { [managerRole]: 'Manager', [engineerRole]: 'Engineer' },
          members: { 11: { roles: [] }, [membership]: { roles: [engineerRole] } },
        },
      },
    }),
  connect: url => wacht.connect(url, { WACHT_DIALECT: dialect }),
  held: ({ state }) => {
    const { organizations } = state as {
      organizations: Record<string, { members: Record<string, { roles: unknown }> }>
    }
    return organizations[organization]?.members[membership]?.roles
  },
  shown: ({ roleId }) => [roleId],
  reads: dialect === 'role_ids',
  lists: wacht.listsStates({ WACHT_DIALECT: dialect }),
  includes: wacht.includes,
})

const projectSubject: Subject = {
  name: 'project',
  member: `project/${projectId}/${memberId}`,
  before: { groupIds: [groupA], owner: true },
  wanted: { groupIds: [groupA, groupB], owner: false },
  start: () =>
    startProjectSandbox({
      token,
      projects: {
        [projectId]: {
          groups: { [groupA]: 'A', [groupB]: 'B' },
          members: { [memberId]: { groupIds: [groupA], owner: true } },
        },
      },
    }),
  connect: url => project.connect(url, {}),
  held: ({ state }) =>
    (state as { projects: Record<string, { members: Record<string, unknown> }> }).projects[projectId]
      ?.members[memberId],
  shown: desired => desired,
  reads: true,
  lists: project.listsStates({}),
  includes: project.includes,
}

/** Both targets and both dialects of Wacht. */
export const subjects: readonly Subject[] = [
  wachtSubject('role_id'),
  wachtSubject('role_ids'),
  projectSubject,
]

export const wachtIds = subjects[1] as Subject
export const wachtId = subjects[0] as Subject
export const projectTarget = subjects[2] as Subject

/** A secret that never changes. */
export const steady: Credentials = { token: async () => token, refreshed: async () => undefined }

interface Way {
  /** Ends requests that get no answer, as `createSend` takes it. */
  readonly timeUp?: (ms: number) => AbortSignal
  readonly credentials?: Credentials
}

/** The real HTTP edge, without a deadline. */
function httpOf({ timeUp, credentials = steady }: Way): Http {
  const timeoutMs = 60_000
  const send = createSend(timeoutMs, Date.now, timeUp)
  return authorized(send, credentials, timeoutMs, Number.POSITIVE_INFINITY, Date.now)
}

/** One page of a scope's members over the real HTTP edge. */
export const pageOver = (target: Target, scope: string, page: number, way: Way = {}): Promise<PeoplePage> =>
  target.people(scope, page, httpOf(way))

/** One attempt over the real HTTP edge. */
export const applyOver = (target: Target, member: string, desired: Desired, way: Way = {}): Promise<Effect> =>
  target.apply(member, desired, httpOf(way))

/** One reading over the real HTTP edge; undefined where the target has none. */
export const readOver = async (target: Target, member: string, way: Way = {}): Promise<Reading | undefined> =>
  target.read?.(member, httpOf(way))
