import type { LetterAttributes } from '../../functions/core/dead-letter/letter-attributes.ts'
import type { Change, ParsedEvent } from '../../functions/core/event/event.ts'
import type { BurstItem } from '../../functions/core/guard/burst-places.ts'
import type { ScopeItem } from '../../functions/core/guard/scope-lease.ts'
import type { Lookup } from '../../functions/core/people/person-event.ts'
import type { Target } from '../../functions/targets/target.ts'
import type { ApprovalDesk } from './approvals.ts'
import type { Clock } from './clock.ts'
import type { Code } from './code.ts'
import type { DueRounds } from './due-rounds.ts'
import type { Holder } from './held.ts'
import type { createHistoryTable } from './history.ts'
import type { createSteps, createTable } from './ledger.ts'
import type { createMemory } from './memory.ts'
import type { createNetwork } from './network.ts'
import type { Observer } from './observer.ts'
import type { PeopleWatch } from './people.ts'
import type { Place } from './places.ts'
import type { Queue } from './queue.ts'
import type { Random } from './random.ts'
import type { Scenario } from './scenario.ts'
import type { ShadowWatch } from './shadows.ts'
import type { createTopic } from './topic.ts'

/** A letter on the dead-letter queue. */
export interface Letter {
  readonly body: string
  readonly attributes: LetterAttributes
  /** By SQS itself, with the attributes that it had. */
  readonly moved: boolean
  readonly at: number
}

/** All that the instances of one run share. */
export interface Site {
  readonly code: Code
  readonly scenario: Scenario
  readonly clock: Clock
  /** The stream of randomness of a name. */
  readonly randomOf: (name: string) => Random
  readonly observer: Observer
  readonly table: ReturnType<typeof createTable>
  readonly due: DueRounds
  readonly history: ReturnType<typeof createHistoryTable>
  readonly desk: ApprovalDesk
  readonly shadows: ShadowWatch
  readonly bursts: ReturnType<typeof createSteps<BurstItem>>
  readonly scopes: ReturnType<typeof createSteps<ScopeItem>>
  readonly topic: ReturnType<typeof createTopic>
  readonly queue: Queue
  readonly letters: Letter[]
  readonly connect: ReturnType<typeof createNetwork>
  /** The target as an instance connects to it: what it remembers dies with the instance. */
  readonly connectTarget: (place: Place) => Target
  readonly validToken: (place: Place) => string
  readonly parse: (body: string, now: number) => ParsedEvent
  /** The change in a body; undefined when there is none. */
  readonly changeOf: (body: string) => Change | undefined
  /** The person whom a body names; undefined when it names none. */
  readonly lookupOf: (body: string) => Lookup | undefined
  readonly people: PeopleWatch
  readonly memory: ReturnType<typeof createMemory>
  readonly newHolder: () => string
  readonly holder: Holder
}
