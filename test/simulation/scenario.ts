import { maxReceives } from '../../functions/core/sqs-limits.ts'
import type { Rules } from '../../functions/sync/sync-world.ts'
import type { Place } from './places.ts'

/** How often what goes wrong; probabilities per occasion unless a unit is given. */
export interface Faults {
  /** Of a write at the target, and of a read where it applies. */
  readonly serverError: number
  readonly gateway: number
  readonly timeout: number
  readonly reset: number
  readonly throttled: number
  readonly notNow: number
  readonly unauthorized: number
  readonly unreachable: number
  /** Of an answer: its body cannot be read, or a write is answered without one. */
  readonly unreadable: number
  readonly empty: number
  /** Of a request: a page of HTML with status 200 from a proxy in front of the target, which does not see the request. */
  readonly maintenance: number
  readonly noEffect: number
  readonly redirected: number
  readonly slow: number
  /** Of the ledger. */
  readonly ledgerSilent: number
  readonly ledgerThrottled: number
  /** Of the history. Throttled: it refuses a call, or does not take all items of one. */
  readonly historySilent: number
  readonly historyThrottled: number
  /** Of the topic of outcomes, likewise. */
  readonly topicSilent: number
  readonly topicThrottled: number
  /**
   * Of SQS: a message delivered twice at once, a deleted message delivered once more, a send or delete whose answer is lost, a delay
   * that is not set.
   */
  readonly delivered: number
  readonly reappears: number
  readonly ambiguous: number
  readonly delayLost: number
  /** Of an invocation: its instance dies in the middle. */
  readonly killed: number
  /** Of a cold start: how slow, in milliseconds at the most. */
  readonly coldMs: number
}

/** A time in which every call fails. */
export interface Outage {
  readonly from: number
  readonly to: number
  /** Only this target's. */
  readonly target?: Place
  /** Every call is answered so: its token is rejected, or it sees a page of HTML with status 200; or none is, and none lands. */
  readonly answers?: 'rejection' | 'page' | 'nothing'
}

/** From a moment on, in milliseconds from the start, no message gets an attempt of its own any more. */
export interface Held {
  readonly from: number
  readonly by: 'breaker_open' | 'resting' | 'no_time' | 'ledger'
}

/** Members that a guard protects, and who may let their changes through. */
export interface ApprovalHabits {
  /** So many members are protected, the first ones. */
  readonly members: number
  /** The guards name the people, not their members. */
  readonly byPerson?: true
  /** Probability that an event comes from the sender that is named for them, and that another producer claims to be it. */
  readonly named: number
  readonly forged: number
  /** Probability that one of two people approves a held change when they look at it. */
  readonly approves: number
  readonly needed: number
  /** Probability that they drop it. */
  readonly rejects?: number
}

/** How many members a sender may withdraw within a window, and when a source withdraws everybody, in milliseconds. */
export interface BurstHabits {
  readonly floor: number
  readonly windowMs: number
  readonly wrongAt: readonly number[]
}

/** How many other members of each scope keep the role r2. */
export interface OwnerHabits {
  readonly keep: number
}

/** A third party edits members at their target, and what is applied is re-asserted, in milliseconds from the start. */
export interface DriftHabits {
  /** How many edits of each member at the most, and until when. */
  readonly edits: number
  readonly until: number
  /** Probability that a re-assertion is forged. */
  readonly forged: number
  /** Sweeps read all scopes, which have their drift re-asserted by itself, and the roles r1 and r2 withdraw. */
  readonly automatic?: true
}

/** Events with dates, and what goes wrong with the rounds that send what is due. */
export interface DateHabits {
  /** Probability that an event says from when it counts, and until when. */
  readonly from: number
  readonly until: number
  /** Of a round: that it is skipped, runs twice, comes late, or is killed. */
  readonly skipped: number
  readonly twice: number
  readonly late: number
  readonly killed: number
  /** When there are no rounds at all, in milliseconds from the start. */
  readonly stopped: readonly (readonly [number, number])[]
  /** How long after the last arrival or instant a member must hold its role, in milliseconds. */
  readonly settledMs: number
}

/** An organization or project, and the members in it. */
export interface ScopeSize {
  readonly members: number
  /** Over how long its events come, where that differs from the others. */
  readonly window?: number
}

/** A time in which one scope has a limit of its own. */
export interface ScopeLimit {
  /** Its place in `scopes`. */
  readonly scope: number
  readonly from: number
  readonly to: number
  /** The most requests that are taken in a second; 0: none. */
  readonly perSecond: number
  /** What a 429 asks for; absent where it says nothing. */
  readonly retryAfterMs?: number
}

export interface Scenario {
  readonly name: string
  /** `both`: members of either are in the same batches. */
  readonly target: Place | 'both'
  readonly dialect: 'role_id' | 'role_ids'
  readonly members: number
  /** The scopes of each target, in the order of their members; none: all members are in one. */
  readonly scopes: readonly ScopeSize[]
  /** Changes per member. */
  readonly changes: number
  /** Over how long the events come, in milliseconds. */
  readonly window: number
  readonly instances: number
  /** Probability that an event is enqueued twice, comes late by up to a day, or is malformed. */
  readonly repeated: number
  readonly late: number
  /** Probability that the clock of a producer is ahead, by up to seven minutes. */
  readonly ahead: number
  readonly malformed: number
  /** Probability that a change asks for a role that the target refuses from some moment on. */
  readonly doomed: number
  /** Such a role is refused at the latest so soon after it was first given, in milliseconds. */
  readonly doomedAfter: number
  /** The project's answers leave out the optional fields, so that every write is read back. */
  readonly partial: boolean
  /** So many members are the most whose list fits into an answer; 0: any number. */
  readonly heavy: number
  /** Probability that a member joins the target only after a while, or never. */
  readonly joiner: number
  /** Probability that an event names the person instead of the member, and that another member has the person's address. */
  readonly people: number
  readonly twins: number
  /** Probability that a membership is removed and its person added anew, within the window. */
  readonly renewed: number
  /** Probability that a list has shifted between two pages. */
  readonly shifts: number
  /** When the first instance starts, in milliseconds from the start. */
  readonly paused: number
  /** When the targets are down altogether, in milliseconds from the start. */
  readonly outages: readonly Outage[]
  readonly held?: Held
  readonly approvals?: ApprovalHabits
  readonly burst?: BurstHabits
  readonly owners?: OwnerHabits
  /** The named sender is shadowed, and guards are in shadow mode: bursts, owners, and that of the first members or of their people. */
  readonly shadowed?: { readonly members: number; readonly byPerson?: boolean }
  readonly drift?: DriftHabits
  readonly dates?: DateHabits
  /** How long the target takes for an answer, in milliseconds; absent: 5 to 120, at random. */
  readonly answersIn?: number
  /** The most requests that the target takes in a second; 0: any number. */
  readonly perSecond: number
  /** The most requests that the target takes in any 60 seconds; 0: any number. Its 429 says in how many seconds it takes the next. */
  readonly perMinute: number
  readonly scopeLimits: readonly ScopeLimit[]
  /** How often operators replay a dead letter, and how often more than once. */
  readonly replayed: number
  /** How often a producer sends a message with a history that it made up. */
  readonly forged: number
  /** The secret is rotated at these times, in milliseconds from the start. */
  readonly rotations: readonly number[]
  /** SQS redrives on the receive after this one. */
  readonly maxReceives: number
  /** Groups by member, in order: no queue of ours, but of a peer. */
  readonly fifo: boolean
  /** The most messages in flight that SQS takes. */
  readonly inFlight: number
  readonly faults: Faults
  readonly rules: Rules & {
    readonly functionMs: number
    readonly breakerOpenMs: number
    readonly visibilityMs: number
    /** How long SQS keeps a message. */
    readonly retentionMs: number
  }
}

const minute = 60_000
const hour = 60 * minute
const day = 24 * hour

/** The production numbers. */
export const rules: Scenario['rules'] = {
  retryFromMs: 5000,
  retryCapMs: 15 * minute,
  requestTimeoutMs: 10_000,
  leaseMs: 65_000,
  landWithinMs: 60_000,
  notFoundGraceMs: 15 * minute,
  closingMs: 10_000,
  giveUpMs: 72 * hour,
  giveUpAtLatestMs: 13 * day,
  functionMs: minute,
  breakerOpenMs: 30_000,
  visibilityMs: 6 * minute,
  retentionMs: 14 * day,
}

/** Nothing goes wrong. */
export const calm: Faults = {
  serverError: 0,
  gateway: 0,
  timeout: 0,
  reset: 0,
  throttled: 0,
  notNow: 0,
  unauthorized: 0,
  unreachable: 0,
  unreadable: 0,
  empty: 0,
  maintenance: 0,
  noEffect: 0,
  redirected: 0,
  slow: 0,
  ledgerSilent: 0,
  ledgerThrottled: 0,
  historySilent: 0,
  historyThrottled: 0,
  topicSilent: 0,
  topicThrottled: 0,
  delivered: 0,
  reappears: 0,
  ambiguous: 0,
  delayLost: 0,
  killed: 0,
  coldMs: 0,
}

const rough: Faults = {
  serverError: 0.08,
  gateway: 0.06,
  timeout: 0.08,
  reset: 0.05,
  throttled: 0.04,
  notNow: 0.02,
  unauthorized: 0.02,
  unreachable: 0.03,
  unreadable: 0.03,
  empty: 0.03,
  maintenance: 0.03,
  noEffect: 0.01,
  redirected: 0.005,
  slow: 0.1,
  ledgerSilent: 0.03,
  ledgerThrottled: 0.02,
  historySilent: 0.02,
  historyThrottled: 0.02,
  topicSilent: 0.02,
  topicThrottled: 0.02,
  delivered: 0.05,
  reappears: 0.05,
  ambiguous: 0.03,
  delayLost: 0.03,
  killed: 0.1,
  coldMs: 4000,
}

const base: Omit<Scenario, 'name'> = {
  target: 'wacht',
  dialect: 'role_id',
  members: 4,
  scopes: [],
  changes: 6,
  window: 4 * minute,
  instances: 3,
  repeated: 0.1,
  late: 0.15,
  ahead: 0,
  malformed: 0.03,
  doomed: 0,
  doomedAfter: 4 * minute,
  partial: false,
  heavy: 0,
  joiner: 0,
  people: 0,
  twins: 0,
  renewed: 0,
  shifts: 0,
  paused: 0,
  outages: [],
  perSecond: 0,
  perMinute: 0,
  scopeLimits: [],
  replayed: 0,
  forged: 0,
  rotations: [],
  maxReceives,
  fifo: false,
  inFlight: 120_000,
  faults: rough,
  rules,
}

/** The scenario of this name, with its own numbers. */
export const of = (name: string, own: Partial<Scenario>): Scenario => ({ ...base, ...own, name })

/** A target down for two hours while changes wait, then back with a limit of 50 requests a second (`npm run bench`). */
export const economics: Scenario = of('economics', {
  ...{ members: 2000, changes: 5, window: hour, instances: 10, late: 0, repeated: 0, malformed: 0 },
  ...{ outages: [{ from: 0, to: 2 * hour }], perSecond: 50, faults: calm },
})

/** Members of both targets, and more changes at once than there are instances: batches have some of either. */
const bothTargets: Partial<Scenario> = { target: 'both', members: 6, window: 1000, late: 0.05, instances: 2 }

/** After a while of trouble nothing is tried any more; times are short, so that many schedules fit into a test. */
const heldSoon = (by: Held['by']): Partial<Scenario> => ({
  ...{ members: 3, changes: 3, late: 0, held: { from: 3 * minute, by } },
  faults: { ...calm, timeout: 0.4, serverError: 0.6, slow: 0.2, killed: 0.1 },
  rules: { ...rules, giveUpMs: hour, giveUpAtLatestMs: 3 * hour, retentionMs: 3.5 * hour },
})

/** Changes are refused for a while, or given up, and SQS delivers their messages once more after their letters are sent. */
const lettersRepeated = (
  ends: Pick<Scenario['rules'], 'giveUpMs' | 'giveUpAtLatestMs'>,
): Partial<Scenario> => ({
  ...{ doomed: 0.1, changes: 5, window: 5 * minute, late: 0.4 },
  outages: [{ from: 3 * minute, to: 2 * hour, answers: 'rejection' }],
  faults: { ...calm, redirected: 0.4, timeout: 0.2, slow: 0.3, killed: 0.05, delivered: 0.1, reappears: 0.9 },
  rules: { ...rules, ...ends, retentionMs: 3.5 * hour },
})

/** Changes of protected members, with crashes, repeats, replays, and roles that are refused. */
const protectedBy = (needed: number): Partial<Scenario> => ({
  ...{ members: 3, changes: 5, window: 30 * minute, late: 0.3, doomed: 0.1, replayed: 0.3 },
  approvals: { members: 2, named: 0.4, forged: 0.3, approves: 0.6, needed },
  ...{ outages: [{ from: 2 * hour, to: 32 * hour }] },
  faults: {
    ...{ ...calm, timeout: 0.15, serverError: 0.1, slow: 0.1, killed: 0.3, ledgerSilent: 0.05 },
    ...{ ledgerThrottled: 0.03, delivered: 0.1, reappears: 0.4, ambiguous: 0.1 },
  },
})

/** A source that goes wrong, also while the target is down for longer than the window. */
const burst: Partial<Scenario> = {
  ...{ members: 14, scopes: [{ members: 8 }, { members: 6 }], changes: 3, window: 14 * hour, late: 0.2 },
  ...{ malformed: 0, replayed: 0.1, doomed: 0.1, outages: [{ from: 4 * hour, to: 9 * hour }] },
  approvals: { members: 1, named: 0.6, forged: 0.5, approves: 0.4, needed: 1, rejects: 0.1 },
  burst: { floor: 3, windowMs: hour, wrongAt: [hour, 4.5 * hour, 11 * hour] },
  faults: {
    ...{ ...calm, timeout: 0.1, serverError: 0.1, slow: 0.1, killed: 0.2, ledgerSilent: 0.05 },
    ...{ ledgerThrottled: 0.05, delivered: 0.1, reappears: 0.3, ambiguous: 0.1 },
  },
}

/** Members of both targets who get and lose a guarded role at once; writes land late, and some are refused after they took effect. */
const lastOwner: Partial<Scenario> = {
  ...{ target: 'both', dialect: 'role_ids', members: 12, changes: 4, window: 3 * minute, late: 0.1 },
  ...{ malformed: 0, repeated: 0.1, instances: 4, replayed: 0.1, partial: true },
  approvals: { members: 0, named: 0.5, forged: 0, approves: 0, needed: 1, rejects: 0.6 },
  owners: { keep: 2 },
  faults: {
    ...{ ...calm, timeout: 0.15, serverError: 0.08, redirected: 0.08, slow: 0.2, killed: 0.05 },
    ...{ ledgerSilent: 0.02, ledgerThrottled: 0.01, delivered: 0.1, reappears: 0.1, ambiguous: 0.05 },
  },
}

/** Changes that take effect later, and roles that end, over some years; rounds of the due function fail in each way. */
const dated: Partial<Scenario> = {
  ...{ target: 'both', members: 3, changes: 6, window: 20 * day, late: 0.4, malformed: 0, repeated: 0.2 },
  dates: {
    ...{ from: 0.5, until: 0.35, skipped: 0.2, twice: 0.2, late: 0.2, killed: 0.2 },
    ...{ stopped: [], settledMs: 3 * hour },
  },
  faults: {
    ...{
      ...calm,
      timeout: 0.1,
      serverError: 0.1,
      slow: 0.1,
      killed: 0.1,
      ledgerSilent: 0.03,
      ledgerThrottled: 0.02,
    },
    ...{ historySilent: 0.02, delivered: 0.1, reappears: 0.2, ambiguous: 0.05, delayLost: 0.03 },
  },
}

/** One of two senders is shadowed, and guards are in shadow mode; the target that is read misbehaves too. */
const shadowed: Partial<Scenario> = {
  ...{ target: 'both', dialect: 'role_ids', members: 6, changes: 5, window: 30 * minute, late: 0.3 },
  ...{ doomed: 0.1, replayed: 0.3, people: 0.2, outages: [{ from: 2 * hour, to: 4 * hour }] },
  approvals: { members: 0, named: 0.5, forged: 0.3, approves: 0.6, needed: 1 },
  burst: { floor: 2, windowMs: hour, wrongAt: [hour] },
  shadowed: { members: 2 },
  faults: {
    ...{ ...calm, timeout: 0.1, serverError: 0.1, slow: 0.1, killed: 0.2, ledgerSilent: 0.05 },
    ...{ ledgerThrottled: 0.05, historyThrottled: 0.05, delivered: 0.1, reappears: 0.3, ambiguous: 0.1 },
  },
}

/** A third party edits members, and what is applied is re-asserted. */
const drifting: Partial<Scenario> = {
  ...{ target: 'both', members: 4, changes: 5, window: 6 * hour, late: 0.2, repeated: 0.1, malformed: 0 },
  drift: { edits: 4, until: 8 * hour, forged: 0.3 },
  faults: {
    ...{ ...calm, timeout: 0.12, serverError: 0.1, slow: 0.15, killed: 0.15, ledgerSilent: 0.03 },
    ...{ ledgerThrottled: 0.03, delivered: 0.1, reappears: 0.3, ambiguous: 0.05, historySilent: 0.03 },
  },
}

/** The scenarios by name. */
export const scenarios: readonly Scenario[] = [
  of('calm', { faults: calm, late: 0.3, repeated: 0.3 }),
  of('rough', {}),
  of('rough-project', { target: 'project' }),
  of('rough-role-ids', { dialect: 'role_ids' }),
  of('doomed', { doomed: 0.3 }),
  of('doomed-project', { target: 'project', doomed: 0.3 }),
  of('doomed-role-ids', { dialect: 'role_ids', doomed: 0.3 }),
  of('joiners', { joiner: 0.4, faults: { ...rough, timeout: 0.03 } }),
  of('replays', { doomed: 0.25, replayed: 0.8 }),
  of('replays-role-ids', { dialect: 'role_ids', doomed: 0.25, replayed: 0.8 }),
  of('outage', { outages: [{ from: minute, to: 3 * hour }], rotations: [2 * minute, 2 * hour] }),
  of('rejected', { outages: [{ from: minute, to: hour, answers: 'rejection' }], rotations: [30 * minute] }),
  of('maintenance', {
    ...{ ...bothTargets, dialect: 'role_ids', doomed: 0.2, window: 4 * minute },
    ...{ outages: [{ from: 2 * minute, to: hour, answers: 'page' }] },
    faults: { ...calm, maintenance: 0.3, unreadable: 0.1, empty: 0.2 },
  }),
  of('heavy-lists', {
    ...{ ...bothTargets, dialect: 'role_ids', window: 4 * minute, changes: 4, heavy: 1, partial: true },
    ...{ people: 0.4, joiner: 0.2, faults: { ...calm, serverError: 0.1, throttled: 0.05 } },
  }),
  of('long-outage', {
    outages: [{ from: minute, to: 80 * hour }],
    replayed: 0.5,
    members: 2,
    changes: 3,
  }),
  of('paused', {
    ...{ paused: 12.5 * day, outages: [{ from: 0, to: 20 * day }] },
    ...{ members: 2, changes: 3, late: 0 },
  }),
  of('killers', { faults: { ...calm, killed: 0.5, timeout: 0.2, coldMs: 8000 }, instances: 4 }),
  of('crowd', { members: 2, changes: 14, window: 20_000, instances: 6 }),
  of('ledger-trouble', {
    faults: { ...calm, ledgerSilent: 0.2, ledgerThrottled: 0.1, killed: 0.1, serverError: 0.1 },
  }),
  of('history-trouble', {
    ...{ ...bothTargets, changes: 5, window: 3 * minute, late: 0.4, repeated: 0.3, people: 0.2, doomed: 0.1 },
    faults: {
      ...{ ...calm, historySilent: 0.2, historyThrottled: 0.2, killed: 0.3, serverError: 0.05 },
      ...{ delivered: 0.2, reappears: 0.3, ambiguous: 0.1, ledgerSilent: 0.05 },
    },
  }),
  of('topic-trouble', {
    ...{ ...bothTargets, changes: 5, window: 3 * minute, late: 0.3, people: 0.2, doomed: 0.1 },
    faults: {
      ...{ ...calm, topicSilent: 0.2, topicThrottled: 0.3, killed: 0.3, serverError: 0.05 },
      ...{ delivered: 0.2, reappears: 0.3, ambiguous: 0.1, historyThrottled: 0.05 },
    },
  }),
  of('doomed-unproven', {
    ...{ doomed: 0.5, doomedAfter: 5000, changes: 8 },
    faults: { ...calm, serverError: 0.5, slow: 0.3 },
  }),
  of('read-backs', {
    ...{ target: 'project', partial: true, doomed: 0.6, doomedAfter: 5000, changes: 8 },
    faults: { ...calm, unreachable: 0.5, timeout: 0.1 },
  }),
  of('dropped-groups', { target: 'project', faults: { ...calm, noEffect: 0.3, serverError: 0.1 } }),
  of('letters', { malformed: 0.3, doomed: 0.3, faults: { ...calm, ambiguous: 0.4 } }),
  of('letters-repeated', lettersRepeated({ giveUpMs: hour, giveUpAtLatestMs: 3 * hour })),
  of('too-old-repeated', lettersRepeated({ giveUpMs: 2 * hour, giveUpAtLatestMs: hour })),
  of('many-letters', {
    ...{ members: 3, changes: 30, window: 10 * minute, late: 0 },
    faults: { ...calm, redirected: 0.95, timeout: 0.1, slow: 0.2, reappears: 1 },
  }),
  of('valid-later', {
    ...{ ahead: 0.7, window: 10 * minute, late: 0, people: 0.4 },
    faults: { ...calm, timeout: 0.3, slow: 0.3, reappears: 0.8 },
  }),
  of('bursts', { window: 0, changes: 8, instances: 1, late: 0, faults: { ...calm, serverError: 0.1 } }),
  of('ties', { window: 3000, changes: 8, late: 0.1, faults: calm }),
  of('doomed-unanswered', {
    doomed: 0.5,
    faults: { ...calm, timeout: 0.35, reset: 0.1, slow: 0.3 },
    changes: 8,
  }),
  of('doomed-killed', {
    doomed: 0.5,
    faults: { ...calm, serverError: 0.3, timeout: 0.1, killed: 0.35, slow: 0.5 },
    changes: 8,
  }),
  of('mixed', { ...bothTargets }),
  of('mixed-role-ids', {
    ...bothTargets,
    ...{ dialect: 'role_ids', doomed: 0.2, replayed: 0.5, rotations: [3 * minute] },
  }),
  of('wacht-down', {
    ...bothTargets,
    ...{ outages: [{ from: 0, to: hour, target: 'wacht' }], rotations: [30 * minute] },
    faults: { ...calm, serverError: 0.02 },
  }),
  of('project-down', {
    ...{ ...bothTargets, dialect: 'role_ids' },
    ...{ outages: [{ from: 0, to: hour, target: 'project' }], faults: { ...calm, serverError: 0.02 } },
  }),
  of('people', {
    ...{ ...bothTargets, window: 4 * minute, changes: 4, instances: 3, late: 0.15 },
    ...{ people: 0.5, twins: 0.1, joiner: 0.6, replayed: 0.3 },
  }),
  of('people-lost-answers', {
    ...{ ...bothTargets, dialect: 'role_ids', changes: 4, people: 0.7, joiner: 0.2, late: 0 },
    faults: { ...calm, ambiguous: 0.3, killed: 0.4, ledgerSilent: 0.1, ledgerThrottled: 0.1 },
  }),
  of('people-unlisted', {
    ...{ ...bothTargets, window: 4 * minute, people: 0.7, joiner: 0.1, doomed: 0.1 },
    ...{ outages: [{ from: minute, to: hour }] },
    faults: { ...calm, throttled: 0.3, serverError: 0.2, ambiguous: 0.1, delivered: 0.1 },
  }),
  of('scope-limited', {
    ...{ members: 50, scopes: [{ members: 40, window: minute }, { members: 5 }, { members: 5 }] },
    ...{ changes: 3, window: 2 * hour, instances: 2, late: 0, faults: calm },
    scopeLimits: [{ scope: 0, from: 0, to: 3 * hour, perSecond: 0, retryAfterMs: 20_000 }],
  }),
  of('people-after-outage', {
    ...{ ...bothTargets, window: 4 * minute, people: 0.8, joiner: 0.8, twins: 0.1, replayed: 0.3 },
    ...{ outages: [{ from: 0, to: 16 * minute }], faults: { ...calm, throttled: 0.1, killed: 0.05 } },
  }),
  of('people-repeated', {
    ...{ ...bothTargets, window: 4 * minute, changes: 6, people: 0.9, twins: 0.6, joiner: 0.8, late: 0 },
    faults: { ...calm, delivered: 0.4, reappears: 0.3, ambiguous: 0.4, killed: 0.3, ledgerSilent: 0.2 },
  }),
  of('people-shifting', {
    ...{ ...bothTargets, members: 9, changes: 3, people: 0.9, joiner: 0.3, late: 0, replayed: 0.5 },
    ...{ shifts: 0.3, faults: { ...calm, serverError: 0.2, throttled: 0.05, killed: 0.05 } },
  }),
  of('people-anew', {
    ...{ members: 5, changes: 6, window: 8 * minute, late: 0.05, people: 0.8, renewed: 0.7 },
    faults: { ...calm, throttled: 0.05, serverError: 0.05, killed: 0.05, ambiguous: 0.1 },
  }),
  of('redriven', { maxReceives: 3, replayed: 0.5, faults: { ...calm, killed: 0.5, serverError: 0.2 } }),
  of('forged', {
    ...{ forged: 0.5, doomed: 0.25, joiner: 0.2, replayed: 0.5, maxReceives: 20 },
    faults: { ...rough, killed: 0.2 },
  }),
  of('protected', protectedBy(1)),
  of('protected-people', {
    ...protectedBy(1),
    ...{ people: 0.3, target: 'both', members: 4 },
    approvals: { members: 2, named: 0.4, forged: 0.3, approves: 0.6, needed: 1, byPerson: true },
  }),
  of('protected-four-eyes', { ...protectedBy(2), people: 0.3, target: 'both', members: 4 }),
  of('burst', burst),
  of('burst-people', { ...burst, people: 0.3, dialect: 'role_ids' }),
  of('last-owner', lastOwner),
  of('last-owner-crowd', {
    ...{ ...lastOwner, target: 'project', members: 5, changes: 12, window: 20_000, instances: 6 },
    faults: { ...calm, slow: 0.4, serverError: 0.25, redirected: 0.15 },
  }),
  of('last-owner-approved', {
    ...{ ...lastOwner, changes: 8, window: 90 * minute, outages: [{ from: 2 * hour, to: 3 * hour }] },
    approvals: { members: 1, named: 0.6, forged: 0.3, approves: 0.6, needed: 1, rejects: 0.1 },
    faults: { ...calm, timeout: 0.05, slow: 0.4, killed: 0.05, delivered: 0.1, ledgerSilent: 0.02 },
    burst: { floor: 4, windowMs: hour, wrongAt: [30 * minute] },
  }),
  of('last-owner-protected', {
    ...{ ...lastOwner, target: 'project', members: 6, changes: 24, window: 110 * minute },
    ...{ outages: [{ from: 2 * hour, to: 3 * hour }] },
    approvals: { members: 3, named: 0.5, forged: 0.3, approves: 0.9, needed: 1, rejects: 0 },
    faults: {
      ...{ ...calm, timeout: 0.05, serverError: 0.4, throttled: 0.2, slow: 0.6, killed: 0.05 },
      ...{ delivered: 0.1, ledgerSilent: 0.02 },
    },
  }),
  of('shadowed', shadowed),
  of('shadowed-people', { ...shadowed, shadowed: { members: 2, byPerson: true } }),
  of('last-owner-tried', {
    ...lastOwner,
    ...{ changes: 8, window: 10 * minute, shadowed: { members: 1 }, outages: [{ from: hour, to: 2 * hour }] },
  }),
  of('dates', dated),
  of('dates-stopped', {
    ...dated,
    dates: { ...(dated.dates as DateHabits), stopped: [[10 * day, 11 * day]], from: 0.8 },
  }),
  of('dates-late', {
    ...{ ...dated, changes: 12, window: 5 * day, late: 0.8 },
    dates: { ...(dated.dates as DateHabits), from: 0.6, until: 0.1 },
  }),
  of('dates-at-once', {
    ...{ ...dated, changes: 8, window: hour, paused: 3 * hour, instances: 1 },
    dates: { ...(dated.dates as DateHabits), from: 0.7, until: 0.1, stopped: [[0, 3 * hour]] },
  }),
  of('dates-people', { ...dated, people: 0.4 }),
  of('dates-prompt', {
    ...{ ...dated, faults: calm },
    dates: { ...(dated.dates as DateHabits), skipped: 0, twice: 0.1, late: 0, killed: 0, settledMs: 15_000 },
  }),
  of('drift', drifting),
  of('drift-automatic', {
    ...{ ...drifting, dialect: 'role_ids', changes: 6, window: 30 * hour },
    drift: { edits: 12, until: 60 * hour, forged: 0.3, automatic: true },
  }),
  of('narrow', { inFlight: 6, members: 5 }),
  ...(['breaker_open', 'resting', 'ledger'] as const).map(by => of(`held-${by}`, heldSoon(by))),
]
