import { sha256 } from '../../functions/aws/sha256.ts'
import type { Change } from '../../functions/core/event/event.ts'
import { compareVersions } from '../../functions/core/event/version.ts'
import { type Approval, approvalKey, approvalMs, approvers } from '../../functions/core/guard/approval.ts'
import type { Entry } from '../../functions/core/ledger/ledger-entry.ts'
import type { Approvals } from '../../functions/core/ports.ts'
import type { BurstWatch } from './bursts.ts'
import type { Clock } from './clock.ts'
import { memberNames } from './events.ts'
import type { Instance } from './lambda.ts'
import type { OwnerWatch } from './owners.ts'
import type { Queue, Stored } from './queue.ts'
import type { Random } from './random.ts'
import { callRemote } from './remote.ts'
import type { Scenario } from './scenario.ts'
import { claimedSender, isNamed, passedOn, replayRole, senderIn } from './senders.ts'
import { isShadowed } from './shadows.ts'
import type { Letter } from './site.ts'

/** The members that are protected: the first ones of a scenario. */
export const guardedMembers = (scenario: Scenario): string[] =>
  memberNames(scenario).slice(0, scenario.approvals?.members ?? 0)

/** What the approvals of a run are judged by. */
interface Judged {
  readonly scenario: Scenario
  readonly clock: Clock
  readonly queue: Queue
  readonly letters: Letter[]
  readonly changeOf: (body: string) => Change | undefined
  readonly violate: (invariant: string, member: string, detail: string) => void
}

const invariant = '18 what is held waits for a person'

/** The clocks of instances differ so far, in milliseconds. */
const skewMs = 1000

/** The table of approvals, and what must be true of each step of a protected member's entry. */
export function createApprovalDesk(
  { scenario, clock, queue, letters, changeOf, violate }: Judged,
  watch: BurstWatch,
  owners: OwnerWatch,
) {
  const { ledgerSilent: silent, ledgerThrottled: throttled } = scenario.faults
  const guarded = new Set(guardedMembers(scenario))
  const needed = scenario.approvals?.needed ?? 1
  const table = new Map<string, Approval[]>()
  /** The approvals that were used, by key, until their version settles. */
  const used = new Map<string, Pick<Change, 'member' | 'version'>>()
  const rejected = new Set<string>()
  const entries = new Map<string, Entry>()
  const keyOf = (change: Change) => approvalKey(change, sha256)
  const given = (key: string, from: number, to: number) =>
    approvers(table.get(key) ?? [], from).filter(each => approvers(table.get(key) ?? [], to).includes(each))
  /** May the change be applied by an approval, at a moment that the clocks see differently? */
  const mayUse = (key: string) =>
    used.has(key) || given(key, clock.now() - skewMs, clock.now() - skewMs).length >= needed
  /** Was it approved for as long as a whole invocation may have taken until now? */
  const mustUse = (key: string) => {
    const [from, to] = [clock.now() - scenario.rules.functionMs, clock.now() + skewMs]
    const early = (table.get(key) ?? []).filter(({ at }) => Date.parse(at) <= from)
    return used.has(key) || approvers(early, to).length >= needed
  }
  const sentAs = (id: string): Stored | undefined => queue.sent().find(each => each.id === id)

  const lease = ({ member, approved = [] }: Entry, { event, desired }: NonNullable<Entry['lease']>) => {
    const sent = queue.sent().filter(({ body }) => {
      const change = changeOf(body)
      return change?.member === member && change.version.id === event
    })
    const key = sent[0] && keyOf({ ...(changeOf(sent[0].body) as Change), desired })
    if (sent.some(isNamed) && !approved.some(each => each.key === key)) return
    if (!key || !mayUse(key)) return violate(invariant, member, `${event} is written without an approval`)
    used.set(key, changeOf(sent[0]?.body ?? '') as Change)
  }
  const proof = (member: string, { message, event, approvedBy }: NonNullable<Entry['applied']>) => {
    const stored = sentAs(message)
    if (!stored || isNamed(stored)) return
    const key = keyOf(changeOf(stored.body) as Change)
    if (!used.has(key)) violate(invariant, member, `${event} is applied without an approval`)
    if ((approvedBy?.length ?? 0) < needed)
      violate(invariant, member, `${event} does not say who approved it: ${approvedBy}`)
  }
  /** Whether a version has a held letter: it waits for an approval, whoever sends it again. */
  const isHeld = ({ ended = [] }: Pick<Entry, 'ended'>, of: Change['version']) =>
    ended.some(({ version, letter }) => letter.reason === 'held' && compareVersions(version, of) === 0)
  const ended = (
    before: Entry | undefined,
    member: string,
    { message, letter }: NonNullable<Entry['ended']>[number],
  ) => {
    if (letter.reason !== 'held') return
    const stored = sentAs(message) as Stored
    const change = changeOf(stored.body) as Change
    if (mustUse(keyOf(change))) violate(invariant, member, `${message} is held though it was approved`)
    if (isHeld(before ?? {}, change.version)) return
    if (letter.guard === 'last_owner') owners.held(member, message)
    else if (letter.guard === 'burst') watch.held(change, senderIn(stored), entries)
    else if (isNamed(stored)) violate(invariant, member, `${message} is held though its sender is named`)
  }

  return {
    approve: (change: Change, approver: string) => {
      const key = keyOf(change)
      const others = (table.get(key) ?? []).filter(each => each.approver !== approver)
      const mine = (table.get(key) ?? []).find(each => each.approver === approver)
      if (mine && clock.now() - Date.parse(mine.at) < approvalMs) return
      const at = new Date(clock.now()).toISOString()
      const { member, version, desired } = change
      const rest = { session: 's', why: 'why', plan: 'plan', expires: 0 }
      table.set(key, [...others, { approval: key, approver, member, version, desired, at, ...rest }])
    },
    /** A person drops what is held. */
    reject: ({ version }: Change) => void rejected.add(version.id),
    /** The table as one instance sees it. */
    seenBy: (instance: Instance, random: Random): Approvals => ({
      read: key => callRemote(clock, instance, random, { silent, throttled }, () => table.get(key) ?? []),
    }),
    /** A step of the ledger is stored. */
    stored: (before: Entry | undefined, entry: Entry) => {
      const { member, applied } = entry
      entries.set(member, entry)
      if (scenario.burst) watch.lease(before, entry)
      owners.lease(before, entry)
      const isProtected = guarded.has(member)
      if (!isProtected && !scenario.burst && !scenario.owners) return
      if (isProtected && entry.lease && entry.lease.holder !== before?.lease?.holder)
        lease(entry, entry.lease)
      if (isProtected && applied && applied.message !== before?.applied?.message) proof(member, applied)
      if (applied && applied.message !== before?.applied?.message)
        if (isHeld(before ?? {}, applied.version) && (applied.approvedBy?.length ?? 0) < needed)
          violate(invariant, member, `${applied.event} was held, and is applied without an approval`)
      for (const { key, version } of (!isProtected && entry.approved) || [])
        used.set(key, { member, version })
      const fresh = (entry.ended ?? []).filter(
        ({ message }) => !before?.ended?.some(each => each.message === message),
      )
      for (const each of fresh) ended(before, member, each)
      const isSettled = (of: Pick<Change, 'member' | 'version'>) =>
        of.member === member &&
        (fresh.some(({ version }) => compareVersions(version, of.version) === 0) ||
          (applied !== undefined && compareVersions(applied.version, of.version) >= 0))
      for (const [key, change] of used) if (isSettled(change)) used.delete(key)
    },
    /** At the end every change of a protected member is in effect or superseded, or has a letter. */
    judge: () => {
      const lettered = new Set(letters.map(({ body }) => changeOf(body)?.version.id))
      for (const stored of queue.sent()) {
        const change = changeOf(stored.body)
        if (!change || (!guarded.has(change.member) && !scenario.burst && !scenario.owners)) continue
        if (isShadowed(scenario, stored)) continue
        if (lettered.has(change.version.id) || rejected.has(change.version.id)) continue
        const applied = entries.get(change.member)?.applied
        if (!applied || compareVersions(applied.version, change.version) < 0)
          violate(invariant, change.member, `${change.version.id} is neither in effect nor a letter`)
      }
    },
  }
}

export type ApprovalDesk = ReturnType<typeof createApprovalDesk>

const minute = 60_000
const hour = 60 * minute

/** When people look at what is held, in milliseconds from the start: often at first, then for some days. */
const rounds = [
  ...Array.from({ length: 25 }, (_, n) => n * 5 * minute),
  ...Array.from({ length: 20 }, (_, n) => (n + 3) * 7 * hour),
]

/**
 * People who approve what is held at any time, and send it to the changes queue at once, later, much later or never; some send what nobody
 * approved. What is not sent is looked at again in the next round.
 */
export function startApprovers(
  { scenario, clock, queue, letters, changeOf }: Judged,
  desk: ApprovalDesk,
  random: Random,
): void {
  const { approvals } = scenario
  if (!approvals) return
  const release = (letter: Letter) => {
    if (!letters.includes(letter)) return
    const { sender } = letter.attributes
    const by = scenario.burst && random.chance(0.5) ? passedOn(replayRole, sender) : operator(random)
    queue.send(letter.body, { replays: 1, plan: 'plan' }, by)
    if (!random.chance(0.1)) letters.splice(letters.indexOf(letter), 1)
  }
  const look = () => {
    for (const letter of letters.filter(({ attributes }) => attributes.reason === 'held')) {
      const change = changeOf(letter.body)
      if (!change || !random.chance(0.5)) continue
      if (random.chance(approvals.rejects ?? 0)) {
        desk.reject(change)
        letters.splice(letters.indexOf(letter), 1)
        continue
      }
      for (const approver of ['ada', 'bob', 'ada'])
        if (random.chance(approvals.approves)) desk.approve(change, approver)
      if (random.chance(0.2)) continue
      const late = random.pick([0, 0, 0, 20 * minute, 30 * hour])
      clock.at(clock.now() + random.between(0, late), () => release(letter))
    }
  }
  for (const at of rounds) clock.at(clock.now() + at + random.between(0, 5 * minute), look)
}

/** Who sends a released letter: a person, who may claim to be a source, which nobody believes. */
const operator = (random: Random) =>
  random.chance(0.3) ? { id: 'AIDAOPERATOR', claims: claimedSender } : { id: 'AIDAOPERATOR' }
