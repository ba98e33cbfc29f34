import { loadCode } from '../code.ts'
import { economics, type Scenario } from '../scenario.ts'
import { simulate } from '../simulate.ts'
import {
  type BootPeer,
  defaultRetries,
  durable,
  idempotent,
  inOrder,
  naive,
  patientRetries,
} from './peers.ts'

/** What an outage costs with one consumer; times in seconds from the end of the outage. */
export interface Economy {
  readonly consumer: string
  /** Calls while the target was down. */
  readonly callsInOutage: number
  readonly callsAfter: number
  /** The part of the calls after the outage that the target throttled. */
  readonly wasted: number
  /** When the last write was taken: from then on every member holds what it will hold. */
  readonly lastRight: number
  /** Members that end with another role than that of their newest change. */
  readonly wrong: number
  /** Promises of ours that were broken; a peer has not given them. */
  readonly broken: number
}

/** Ideal: members / limit. Goal: one maximum delay and 1.15 times that, none wrong, at most 2 % of the calls throttled. */
export const goalSeconds =
  economics.rules.retryCapMs / 1000 + (1.15 * economics.members) / economics.perSecond

const asDocumented: Partial<Scenario> = { maxReceives: 5 }

/** Consumers, ours first, and what their users set. */
export const contenders: readonly { name: string; scenario: Partial<Scenario>; peer?: BootPeer }[] = [
  { name: 'role-sync', scenario: {} },
  { name: 'SQS retry', scenario: asDocumented, peer: naive },
  { name: 'SQS retry, 1000 receives', scenario: {}, peer: naive },
  { name: 'Powertools batch + idempotency', scenario: asDocumented, peer: idempotent },
  { name: 'durable functions', scenario: asDocumented, peer: durable(defaultRetries) },
  { name: 'durable functions, a day of retries', scenario: asDocumented, peer: durable(patientRetries) },
  { name: 'FIFO with redrive', scenario: { ...asDocumented, fifo: true }, peer: inOrder },
]

/** What a flood costs: changes that come at twice the rate that the target takes, for so many seconds. */
export interface Flood {
  readonly calls: number
  /** The part of the calls that the target throttled. */
  readonly wasted: number
  /** From the first event to the last write, in seconds; at the limit, and with no call wasted, it would be `ideal`. */
  readonly lastRight: number
  readonly ideal: number
  readonly wrong: number
}

/** Plays a flood with role-sync, in the same world as the outage, of members in so many scopes. */
export async function playFlood(seed: number, scopeCount = 1): Promise<Flood> {
  const { members, changes, perSecond } = economics
  const scopes = Array.from({ length: scopeCount }, () => ({ members: Math.ceil(members / scopeCount) }))
  const window = (1000 * members * changes) / (2 * perSecond)
  const run = await simulate(await loadCode(), { ...economics, scopes, outages: [], window }, seed)
  const { up, throttled, lastLanded } = run.traffic
  return {
    calls: up,
    wasted: throttled / up,
    lastRight: (lastLanded - run.start) / 1000,
    ideal: (up - throttled) / perSecond,
    wrong: run.wrong,
  }
}

/** Plays the outage with each consumer, or ours alone, in the same simulated world and with the same events. */
export async function playOutage(seed: number, oursAlone = false): Promise<Economy[]> {
  const code = await loadCode()
  const economies: Economy[] = []
  const over = economics.outages.at(-1)?.to ?? 0
  for (const { name, scenario, peer } of oursAlone ? contenders.slice(0, 1) : contenders) {
    const run = await simulate(code, { ...economics, ...scenario }, seed, { ...(peer && { peer }) })
    const { down, up, throttled, lastLanded } = run.traffic
    economies.push({
      consumer: name,
      callsInOutage: down,
      callsAfter: up,
      wasted: up === 0 ? 0 : throttled / up,
      lastRight: (lastLanded - run.start - over) / 1000,
      wrong: run.wrong,
      broken: peer ? 0 : run.violations.length,
    })
  }
  return economies
}
