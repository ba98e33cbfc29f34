import type { OutcomeName } from './log-lines.ts'

/**
 * What the page shows. One implementation reads the run on this machine; another one can read a deployed stage. Each text may come from
 * outside: it is bounded here, and the page shows it as text. Times are milliseconds since 1970.
 */
export interface PageSource {
  /** The state of the stage now. */
  overview(): Promise<Overview>
  /** The changes that ended last, newest first; with a text, all whose event, member or person contains it. */
  changes(search: string): Promise<ChangeList>
  /** An event from its send to its end. Undefined if it is unknown. */
  story(id: string): Promise<Story | undefined>
}

/** The state of a stage. */
export interface Overview {
  readonly stage: string
  readonly now: number
  readonly health: StageHealth
  /** What could not be read and why, and what is not complete. */
  readonly notes: readonly string[]
  /** What a search finds. */
  readonly searches: string
  /** The dead letters by cause, the most frequent first. */
  readonly failures: readonly FailureGroup[]
  /** How many dead letters are in none of `failures` and are not held. */
  readonly otherLetters: number
  /** What guards hold, the oldest first. */
  readonly held: readonly HeldChanges[]
  /** How many held changes are in none of `held`. */
  readonly otherHeld: number
  /** What the sweep found. Absent if it has not run, or is off. */
  readonly sweep?: SweepPanel | undefined
  /** The changes that are not settled, the one that changed last first. */
  readonly inFlight: ChangeList
}

/** The state of a stage in one sentence. */
export interface StageHealth {
  readonly tone: Tone
  readonly sentence: string
}

/** How good or bad something is. */
export type Tone = 'plain' | 'good' | 'wait' | 'bad'

/** The first of some changes, and how many there are. */
export interface ChangeList {
  readonly rows: readonly ChangeRow[]
  readonly count: number
  /** Why there is none, or where else there may be some. */
  readonly note?: string
}

/** One event in a list. */
export interface ChangeRow {
  /** Names the event to `story`: letters, digits, `-` and `_` alone. */
  readonly id: string
  readonly event: string
  /** The person's address, or the member. */
  readonly who: string
  readonly role: string
  readonly state: OutcomeName | 'waiting' | 'at work'
  readonly tone: Tone
  /** Why it is in this state; may be empty. */
  readonly note: string
  readonly at: number
  /** From the send to the end. */
  readonly tookMs?: number | undefined
}

/** Dead letters with the same cause. */
export interface FailureGroup extends Mend {
  readonly reason: string
  readonly detail: string
  readonly count: number
  /** The newest of them. */
  readonly rows: readonly Pick<ChangeRow, 'id' | 'event' | 'who'>[]
}

/** Changes that one guard holds of one sender; of a burst, those of one scope and one role; of owners these too, of all senders. */
export interface HeldChanges {
  readonly guard: string
  /** Empty if nobody knows, and of owners. */
  readonly sender: string
  /** Of a burst, or of owners; else empty. */
  readonly scope: string
  readonly role: string
  /** How many members. */
  readonly people: number
  readonly letters: number
  /** When the oldest was held. */
  readonly since: number
  /** Why the oldest is held. */
  readonly detail: string
  /** The first of them. */
  readonly rows: FailureGroup['rows']
  readonly commands: HoldCommands
}

/** The scopes that the sweep reads: the first of them, the worst first, and how many there are. */
export interface SweepPanel {
  readonly scopes: readonly SweptScope[]
  readonly count: number
}

/** What the sweep found in one scope. The counts are those of the last complete reading, and absent without one. */
export interface SweptScope {
  readonly scope: string
  /** Of the last reading. `reading`: it is under way. */
  readonly state: 'complete' | 'incomplete' | 'reading'
  /** When the last complete reading ended. */
  readonly completeAt?: number
  /** Absent too if the list of the scope does not show what its members hold. */
  readonly drift?: number | undefined
  readonly unmanaged?: number
  readonly gone?: number
}

/** The commands about held changes, in order. */
export interface HoldCommands {
  readonly release: readonly string[]
  /** After the plan of `release`, in place of its approval. */
  readonly reject: readonly string[]
}

/** What a person does about a dead letter. */
export interface Mend {
  /** What the reason means, and what to look at first. */
  readonly means: string
  /** The commands, in order. */
  readonly commands: readonly string[]
}

/** An event from its send to its end. */
export interface Story {
  readonly row: ChangeRow
  readonly source: string
  readonly member: string
  /** What becomes of the member's role; empty if nothing takes effect later. */
  readonly forecast: string
  /** In the order of time. */
  readonly steps: readonly Step[]
  /** How many steps in the middle are left out. */
  readonly omitted: number
  /** The newest of the events that were made for the memberships of its person. */
  readonly parts: readonly ChangeRow[]
  /** Its dead letter, if it is still there. */
  readonly letter?: StoryLetter
}

/** One moment of an event. */
export interface Step {
  readonly at: number
  readonly tone: Tone
  readonly text: string
  readonly detail: string
}

/** The dead letter of an event. */
export interface StoryLetter extends Mend {
  readonly reason: string
  readonly detail: string
  readonly body: string
  /** An earlier write may have had an effect. */
  readonly unproven: boolean
}
