import { maxReassertMs } from '../core/event/reassertion.ts'
import type { Catalogue } from '../core/event/role-catalogue.ts'
import { withdrawnStates } from '../core/guard/scope-rules.ts'
import { type Desired, sameDesired } from '../core/ledger/desired-state.ts'
import type { Applied } from '../core/ledger/ledger-entry.ts'
import { scopeOf } from '../core/people/person-event.ts'
import type { LedgerStore, Stepped } from '../core/ports.ts'
import { redactId } from '../core/redact.ts'
import { expiryAttribute } from '../core/resource-names.ts'
import type { StoredFinding, StoredReadings } from '../core/sweep/sweep-reading.ts'
import type { TargetKind } from '../targets/target.ts'
import { type ReassertWorld, signedBodies } from './send-reassertions.ts'

/** Who asks for it where a scope says so: in the history, and for guards. */
export const byItself = 'role-sync/automatic'

/** How old a finding may be, and how long a member is left alone after a re-assertion by itself, in milliseconds. */
const dayMs = 86_400_000

/** So many members are asked for at once. If the function is killed meanwhile, they wait for an hour. */
const atOnce = 10

/** That a member was asked for, under `auto/<member>` in the sweep's table. */
export interface Claim extends Stepped {
  /** Milliseconds since 1970. */
  readonly at: number
  /** The revision of the member's entry then. Absent once the message is sent. */
  readonly unsent?: number
  /** Seconds since 1970. */
  readonly [expiryAttribute]: number
}

/** What the catalogue says of the states of a member: those of the roles that withdraw in the member's scope. */
export interface WithdrawnStates {
  /** Whether an applied state is one of them. */
  readonly withdraws: (member: string, applied: Desired) => boolean
  /** Whether the target shows one of them, or a state that gives nothing at all. */
  readonly isWithdrawn: (member: string, shown: Desired) => boolean
}

/** The dependencies of re-assertions by themselves. */
export interface DriftWorld
  extends WithdrawnStates,
    Pick<ReassertWorld, 'read' | 'enqueue' | 'sign' | 'source' | 'newId' | 'now' | 'log'> {
  /** The names of the scopes that say so. */
  readonly scopes: readonly string[]
  readonly readings: Pick<LedgerStore<StoredReadings>, 'read'>
  readonly claims: LedgerStore<Claim>
}

/** `found`: members that drift in the last complete readings. `sent`: for how many a re-assertion was sent. */
export interface DriftAnswer {
  readonly found: number
  readonly sent: number
}

/**
 * Sends re-assertions for what the last complete readings of these scopes found (functions/README.md#by-itself). None is begun after `until`,
 * in milliseconds since 1970. Rejects if a table, the key or the queue does not answer; the next call goes on.
 */
export async function reassertDrift(world: DriftWorld, until: number): Promise<DriftAnswer> {
  const { now, scopes, readings } = world
  let [found, sent] = [0, 0]
  for (const scope of scopes) {
    const { complete } = (await readings.read(scope)) ?? {}
    const drifts = (complete?.findings ?? []).filter(({ finding }) => finding === 'drift')
    found += drifts.length
    for (let from = 0; from < drifts.length && now() < until; from += atOnce)
      sent += await send(drifts.slice(from, from + atOnce), world)
  }
  return { found, sent }
}

async function send(drifts: readonly StoredFinding[], world: DriftWorld): Promise<number> {
  const { enqueue, sign, log, claims } = world
  const signer = await sign()
  const due = (await Promise.all(drifts.map(drift => claim(drift, world)))).filter(each => each !== undefined)
  if (due.length === 0) return 0
  await enqueue(signedBodies(due, { by: byItself }, world, signer), byItself)
  for (const { member, version } of due)
    log.reassertion({ by: byItself, member, event: version.id, source: version.source, sent: true })
  await Promise.all(
    due.map(({ claimed: { unsent: _, ...sent } }) => claims.write({ ...sent, rev: sent.rev + 1 })),
  )
  return due.length
}

/** A member to ask for, with its claim. */
interface Due {
  readonly member: string
  readonly version: Applied['version']
  readonly claimed: Claim
}

/**
 * Takes the one re-assertion of a member for a day, before it is sent: a repeat or another invocation takes none. Undefined if there is
 * nothing to send.
 */
async function claim(
  { member, event, since, at, shown }: StoredFinding,
  { read, claims, withdraws, isWithdrawn, now }: DriftWorld,
): Promise<Due | undefined> {
  if (now() - at >= dayMs || !shown || isWithdrawn(member, shown)) return undefined
  const { applied, reasserted = [], rev: entry = 0 } = (await read(member)) ?? {}
  if (!applied || applied.at !== since || redactId(applied.event) !== event) return undefined
  if (reasserted.some(each => each.at >= at)) return undefined
  if (!withdraws(member, applied.desired)) return undefined

  const key = `auto/${member}`
  const before = await claims.read(key)
  if (before && holds(before, entry, now())) return undefined
  const claimed: Claim = {
    ...{ member: key, rev: (before?.rev ?? 0) + 1, at: now(), unsent: entry },
    [expiryAttribute]: Math.ceil((now() + 2 * dayMs) / 1000),
  }
  return (await claims.write(claimed)) === 'stored'
    ? { member, version: applied.version, claimed }
    : undefined
}

/**
 * Whether a claim keeps its member. Who claimed it and was killed may have sent the message. After an hour no attempt begins for that message
 * any more, and none has begun if the entry is as it was: then nothing was written for the claim.
 */
const holds = ({ at, unsent }: Claim, entry: number, now: number): boolean =>
  now - at < (unsent === entry ? maxReassertMs : dayMs)

/** The states of a catalogue by which drift is judged. */
export function createWithdrawn(
  kinds: readonly Pick<TargetKind, 'name' | 'isExactly'>[],
  catalogue: Catalogue,
): WithdrawnStates {
  const statesOf = (member: string) => withdrawnStates(catalogue, scopeOf(member))
  return {
    withdraws: (member, applied) => statesOf(member).some(state => sameDesired(state, applied)),
    isWithdrawn: (member, shown) => {
      const kind = kinds.find(({ name }) => name === member.split('/', 1)[0])
      const isEmpty = Object.values(shown).every(value => value === false || [value].flat().length === 0)
      return isEmpty || statesOf(member).some(state => kind?.isExactly(shown, state))
    },
  }
}
