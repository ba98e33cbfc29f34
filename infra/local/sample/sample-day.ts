import { Webhook } from 'standardwebhooks'
import { exampleOktaDelivery } from '../../../functions/core/event/example-events.ts'
import { intakeSender } from '../../../functions/core/guard/sender.ts'
import { type Fault, faults } from '../sandbox/faults.ts'
import type { Sandbox } from '../sandbox/sandbox-server.ts'
import type { EventLine } from './events-file.ts'
import type { SampleEdit } from './put-right.ts'
import guards from './sample-guards.json' with { type: 'json' }
import type { Delivery } from './send-deliveries.ts'

/** One day of role changes, in the order of their sends. It shows every outcome. */
export interface SampleDay {
  readonly lines: readonly EventLine[]
  /** The requests to the intake. */
  readonly deliveries: readonly Delivery[]
  /** The events of the deliveries. The sandboxes need their people. */
  readonly delivered: readonly string[]
  /** The withdrawals of one source at once, of which the sample's guard holds a part. */
  readonly burst: SampleBurst
  /** What somebody changes at the target in the course of the day. */
  readonly edit: SampleEdit
  /** Queues the faults of the day. */
  misbehave(sandboxes: ReadonlyMap<string, Sandbox<unknown>>): void
}

/** Withdrawals that one sender sends at once. */
export interface SampleBurst {
  readonly sender: string
  /** The ids of the events. */
  readonly events: ReadonlySet<string>
  /** How many members may be withdrawn within an hour. */
  readonly floor: number
}

const organizationId = '7301954381230018561'
const projectId = '3c90c3cc-0d44-4b50-8888-8dd25736052a'
const editors = 'a1f0c3cc-0d44-4b50-8888-8dd25736052a'
const manager = '7301954381230017001'
/** A member that does not exist: sandboxes do not know ids that end in 404. */
const nobody = '7301954381230018404'

/** A person that the targets list only a moment later. */
const joiner = 'Jo.Joiner@example.com'
const listed = (page: object): Fault => ({ on: 'read', answer: { status: 200, body: JSON.stringify(page) } })

/** A person whom Okta adds to a group with a declared role. */
const added = {
  uuid: '5e0a0017-74e5-11ee-8a5a-69d62fcd0f8b',
  email: 'olga@example.com',
  groupId: '00g1emaKYZTWRYYRRTSK',
}

const membership = (n: number) => `73019543812300189${String(n).padStart(2, '0')}`
const member = (n: number) => `5d2e8f10-0000-4000-8000-${String(n).padStart(12, '0')}`

/** The headers of a batch of events, signed by Standard Webhooks. */
function signedBatch(key: string, body: string): Record<string, string> {
  const [id, at] = ['sample-leavers', new Date()]
  return {
    ...{ 'content-type': 'application/cloudevents-batch+json', 'webhook-id': id },
    'webhook-timestamp': String(Math.floor(at.getTime() / 1000)),
    'webhook-signature': new Webhook(key).sign(id, at, body),
  }
}

/**
 * The unanswered write lands after the local request time-out (2 s) and within `landWithin` (3 s more). The newer change of that
 * member arrives in between.
 */
const landsAfterMs = 4000
const newerComesAfterSeconds = 3

/** How long after its send a role of the day ends. */
const endsAfterMs = 10_000

/** The sample day at `now`, in milliseconds since 1970. */
export function sampleDay(now: number): SampleDay {
  const event = (id: string, minutesAgo: number, data: Record<string, unknown>) =>
    JSON.stringify({
      specversion: '1.0',
      id,
      source: '//workday.example.com/role-changes',
      type: 'role.changed.v1',
      time: new Date(now - minutesAgo * 60_000).toISOString(),
      data,
    })
  const wacht = (n: number, change: Record<string, unknown>) => ({
    target: 'wacht',
    organizationId,
    membershipId: membership(n),
    ...change,
  })
  const project = (n: number, change: Record<string, unknown>) => ({
    target: 'project',
    projectId,
    memberId: member(n),
    ...change,
  })
  const byRole = event('wd-02-by-role', 54, wacht(2, { role: 'engineer' }))

  const until = new Date(now + endsAfterMs).toISOString()
  // biome-ignore lint/suspicious/noThenProperty: the name is part of the event contract.
  const ends = wacht(10, { role: 'engineering-manager', until, then: 'engineer' })
  const newerWaits = event('wd-10-newer-waits', 37, wacht(3, { role: 'member' }))

  const bodies = [
    event('wd-01-by-id', 55, wacht(1, { roleId: manager })),
    byRole,
    event('wd-03-project-by-id', 53, project(1, { groupIds: [editors], owner: true })),
    event('wd-04-project-by-role', 52, project(2, { role: 'engineering-manager' })),
    event('wd-05-lands-late', 51, wacht(3, { role: 'engineer' })),
    event('wd-06-newer', 40, wacht(4, { role: 'member' })),
    event('wd-07-older-arrives-late', 50, wacht(4, { role: 'engineering-manager' })),
    byRole,
    event('wd-08-throttled', 39, wacht(5, { role: 'engineer' })),
    event('wd-09-500-after-commit', 38, project(3, { role: 'engineer' })),
    newerWaits,
    event('wd-11-no-effect', 36, wacht(6, { role: 'engineer' })),
    event('wd-12-unknown-role', 35, wacht(7, { role: 'head-of-everything' })),
    event('wd-13-unknown-member', 34, { ...wacht(9, { role: 'member' }), membershipId: nobody }),
    event('wd-14-malformed', 33, wacht(8, { role: 'member' })).slice(0, -20),
    event('wd-15-in-the-future', -60, wacht(8, { role: 'member' })),
    event('wd-16-joiner', 32, { person: { email: joiner }, role: 'engineer' }),
    event('wd-23-role-ends', 24, ends),
    event('wd-22-leaves-group', 25, project(4, { role: 'member' })),
  ]

  const leavers = [20, 21, 22, 23, 24].map((n, index) =>
    event(`wd-${n - 3}-leaver`, 30 - index, wacht(n, { role: 'member' })),
  )
  const leaversBody = `[${leavers.join()}]`

  return {
    lines: bodies.map((body, index) => ({
      line: index + 1,
      body,
      ...(body === newerWaits && { delaySeconds: newerComesAfterSeconds }),
    })),
    deliveries: [
      {
        source: 'okta',
        headers: authorization => ({ authorization, 'content-type': 'application/json' }),
        body: JSON.stringify(exampleOktaDelivery({ ...added, at: now - 31 * 60_000 })),
      },
      { source: 'hr', headers: key => signedBatch(key, leaversBody), body: leaversBody },
    ],
    delivered: [
      JSON.stringify({ data: { person: { email: added.email }, role: 'engineering-manager' } }),
      ...leavers,
    ],
    burst: {
      sender: intakeSender('hr'),
      events: new Set(leavers.map(body => JSON.parse(body).id)),
      floor: guards.burst[0]!.floor,
    },
    edit: {
      // The faults of the list are for the joiner and for whom Okta adds: the sweep reads it after them.
      events: new Set(['wd-22-leaves-group', 'wd-16-joiner', added.uuid]),
      ...{ member: `project/${projectId}/${member(4)}`, projectId, memberId: member(4), groupIds: [editors] },
    },
    misbehave: sandboxes => {
      const [w, p] = [sandboxes.get('wacht'), sandboxes.get('project')]
      w?.next(`wacht/${organizationId}/${membership(3)}`, faults.landsLate(landsAfterMs))
      w?.next(`wacht/${organizationId}/${membership(5)}`, faults.throttled(2, 'message'))
      w?.always(`wacht/${organizationId}/${membership(6)}`, faults.noEffect())
      // Two people, in two batches: each batch reads the list once.
      const [noMembers, nobodyThere] = [
        { data: [], has_more: false },
        { results: [], paginate: { total: 0 } },
      ]
      w?.next(`wacht/${organizationId}`, listed(noMembers), listed(noMembers))
      p?.next(`project/${projectId}`, listed(nobodyThere), listed(nobodyThere))
      p?.next(`project/${projectId}/${member(3)}`, faults.errorAfterCommit())
    },
  }
}
