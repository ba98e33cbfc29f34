import { signWith } from '../../functions/aws/reassert-key.ts'
import { readReassertion } from '../../functions/core/event/reassertion.ts'
import { compareVersions } from '../../functions/core/event/version.ts'
import { scopeOf } from '../../functions/core/people/person-event.ts'
import {
  createReadingNotes,
  type StoredFinding,
  type StoredReadings,
} from '../../functions/core/sweep/sweep-reading.ts'
import type { Claim } from '../../functions/reassert/reassert-drift.ts'
import { readScope } from '../../functions/sweep/read-scope.ts'
import type { TargetKind } from '../../functions/targets/target.ts'
import type { Drift } from './drift.ts'
import { catalogueOf, memberNames, rolesOf } from './events.ts'
import { createSteps } from './ledger.ts'
import { placeOf } from './places.ts'
import type { Random } from './random.ts'
import { callRemote } from './remote.ts'
import { type Server, stateOf } from './servers.ts'
import type { Site } from './site.ts'

const [hour, day] = [3_600_000, 86_400_000]

/** How long a message may be under way after its member was claimed, and how far clocks are apart, in milliseconds. */
const slackMs = 60_000

const invariant = '21 by itself at most once a day, and only what withdraws'

/**
 * Sweeps read the scopes at any time, and what they find is re-asserted by itself: by invocations that repeat, overlap, are killed and meet
 * tables that do not answer.
 */
export function startAutomatic(site: Site, server: Server, { sends }: Drift): void {
  const { code, scenario, clock, queue, table, observer, randomOf } = site
  if (!scenario.drift?.automatic) return
  const catalogue = catalogueOf(scenario)
  const scopes = [...new Set(memberNames(scenario).map(scopeOf))]
  const readings = new Map<string, StoredReadings>()
  const claims = createSteps<Claim>(clock, scenario.faults, () => undefined)
  const findings: StoredFinding[] = []
  /** The last message for each member: when it was sent, and the revision of the member's entry then. */
  const lastSent = new Map<string, { readonly at: number; readonly rev: number | undefined }>()
  let invocations = 0

  const readOne = async (name: string, random: Random) => {
    const kind = code.kinds.find(each => each.name === placeOf(name)) as TargetKind
    const pause = () => clock.sleep(random.between(1, 400))
    const notes = createReadingNotes()
    const rows = readScope({
      ...{ kind, target: site.connectTarget(placeOf(name)), scope: name.split('/')[1] as string },
      http: async request => {
        await pause()
        return server.handle(request)
      },
      entries: async names => {
        await pause()
        return new Map(
          names.flatMap(each => table.entries.get(each) ?? []).map(entry => [entry.member, entry]),
        )
      },
      pending: async () => new Set(),
      membersOf: async function* () {
        yield* [...table.entries.keys()].filter(each => scopeOf(each) === name)
      },
      ...{ turn: async () => {}, wait: clock.sleep, now: clock.now, until: Number.POSITIVE_INFINITY },
    })
    for await (const row of rows) if (row.kind === 'member') notes.add(row)
    const reading = { from: 0, at: clock.now(), calls: 0, ...notes.notes() }
    findings.push(...reading.findings)
    readings.set(name, { member: name, rev: 1, expires: 0, last: reading, complete: reading })
  }

  /** A message is sent: by what it names it must be one that may be. */
  const judge = (body: string) => {
    const read = readReassertion(body, clock.now())
    if (!read?.ok) return observer.violate(invariant, '?', 'it is no re-assertion')
    const { member, version } = read.reassertion
    const proof = table.proofs.get(member)?.find(each => compareVersions(each.version, version) === 0)
    if (!proof) return observer.violate(invariant, member, `${version.id} was never applied`)
    const broken = (what: string) => observer.violate(invariant, member, `${version.id}: ${what}`)

    const withdrawn = [
      ...rolesOf(member).slice(0, 1),
      rolesOf(member)[1] + (placeOf(member) === 'project' ? ' owner' : ''),
    ]
    if (!withdrawn.includes(stateOf(proof.desired))) broken(`${stateOf(proof.desired)} withdraws nothing`)
    const last = { at: clock.now(), rev: table.entries.get(member)?.rev }
    const before = lastSent.get(member)
    const sinceMs = before ? last.at - before.at : Number.POSITIVE_INFINITY
    // Of the one before nothing was written, and its time is over.
    const isVoid = before?.rev === last.rev && sinceMs >= hour - slackMs
    if (sinceMs < day - slackMs && !isVoid) broken('it is the second one in a day')
    lastSent.set(member, last)
    const isFound = findings.some(
      ({ finding, at, shown, since, ...found }) =>
        finding === 'drift' &&
        found.member === member &&
        since === proof.at &&
        at > clock.now() - day - slackMs &&
        shown !== undefined &&
        !withdrawn.includes('role_ids' in shown ? [shown.role_ids].flat().join() : stateOf(shown)),
    )
    if (!isFound) broken('no reading of the last day asks for it')
    sends(body, read.reassertion, proof.desired)
    queue.send(body)
  }

  const invoke = (random: Random) => {
    const name = `automatic ${invocations++}`
    const instance = { name, alive: true, calls: 0, skew: random.between(-500, 500) }
    const { faults } = scenario
    if (random.chance(faults.killed))
      clock.at(clock.now() + random.between(0, 300), () => {
        instance.alive = false
      })
    const now = () => clock.now() + instance.skew
    const call = <T>(silent: number, work: () => T) =>
      callRemote(clock, instance, random, { silent, throttled: 0 }, work)
    const world = {
      ...code.createWithdrawn(code.kinds as readonly TargetKind[], catalogue),
      ...{ scopes, claims: claims.seenBy(instance, random), read: table.seenBy(instance, random).read, now },
      readings: { read: (scope: string) => call(0, () => readings.get(scope)) },
      enqueue: (bodies: readonly string[]) => call(faults.ambiguous, () => bodies.forEach(judge)),
      sign: async () => signWith('the-key'),
      ...{ source: '//role-sync/simulation/drift', newId: () => `${name} ${random.between(0, 1e9)}` },
      log: { reassertion: () => undefined, trouble: () => undefined },
    }
    code.reassertDrift(world, now() + 20_000).catch(() => undefined)
  }

  const random = randomOf('automatic')
  const last = scenario.drift.until + 2 * day
  for (let at = 0; at < last; at += random.between(1, random.pick([4 * hour, 4 * hour, 30 * hour]))) {
    for (const scope of scopes)
      clock.at(clock.now() + at + random.between(0, hour), () => void readOne(scope, random))
    const then = clock.now() + at + random.between(0, random.pick([2 * hour, 30 * hour]))
    for (let times = random.between(1, 3); times > 0; times--)
      clock.at(then + random.pick([0, 0, 200]), () => invoke(random))
  }
}
