import { setImmediate } from 'node:timers/promises'
import { sameDesired } from '../../functions/core/ledger/desired-state.ts'
import type { Entry } from '../../functions/core/ledger/ledger-entry.ts'
import type { LookRecord, ScopeReading, StoredReadings } from '../../functions/core/sweep/sweep-reading.ts'
import type { Round } from '../../functions/core/sweep/sweep-round.ts'
import { sweep } from '../../functions/sweep/run-round.ts'
import { type CheckpointItem, createCheckpoints } from '../../functions/sweep/scope-checkpoint.ts'
import type { SweepRequest } from '../../functions/sweep/sweep-request.ts'
import type { SweepAnswer, SweepWorld } from '../../functions/sweep/sweep-world.ts'
import type { PeoplePage } from '../../functions/targets/people-page.ts'
import { a } from './entries.ts'
import { memoryLedger } from './memory-ledger.ts'

/** A sweep over scopes of one member each; `answers` replaces the list of a scope. */
export function fakeSweep(scopes: readonly string[]) {
  const state = {
    now: 1_000_000,
    log: [] as string[],
    answers: new Map<string, (page: number) => PeoplePage>(),
    entries: new Map<string, Entry>(),
    ledgerFails: false,
    isIndexed: true,
    scans: 0,
    hints: new Set<string>(),
    /** How long a call takes. */
    callMs: 1000,
    open: 0,
    mostOpen: 0,
  }
  const rounds = memoryLedger<Round>()
  const readings = memoryLedger<StoredReadings>()
  const checkpoints = memoryLedger<CheckpointItem>()
  const told = {
    readings: [] as ScopeReading[],
    looks: [] as LookRecord[],
    rounds: [] as SweepAnswer[],
    troubles: [] as string[],
  }
  const world: SweepWorld = {
    targets: new Map([
      [
        'wacht',
        {
          kind: { name: 'wacht', isExactly: sameDesired },
          target: {
            people: async (scope, page, http) => {
              await http({ method: 'GET', url: scope })
              state.mostOpen = Math.max(state.mostOpen, ++state.open)
              await setImmediate()
              state.open -= 1
              state.log.push(scope)
              state.now += state.callMs
              const listed = [{ member: `wacht/${scope}/1`, state: a }]
              return state.answers.get(scope)?.(page) ?? { ok: true, listed }
            },
          },
          turn: async () => {},
          http: () => async () => ({ kind: 'answered', status: 200 }),
        },
      ],
    ]),
    catalogueScopes: scopes,
    ledger: {
      entries: async names => {
        if (state.ledgerFails) throw new Error('no answer')
        return new Map(
          names.flatMap(name => state.entries.get(name) ?? []).map(entry => [entry.member, entry]),
        )
      },
      membersOf: async function* (scope) {
        for (const member of state.entries.keys()) if (member.startsWith(`${scope}/`)) yield member
      },
    },
    pending: async () => new Set<string>(),
    ledgerScopes: async () => new Set(['wacht/9', 'gone/1']),
    isIndexed: async () => {
      state.scans += 1
      return state.isIndexed
    },
    rounds: rounds.store,
    readings: readings.store,
    hints: {
      read: async () => [...state.hints],
      forget: async names => {
        for (const name of names) state.hints.delete(name)
      },
    },
    checkpoints: createCheckpoints(checkpoints.store, () => state.now, 86_400_000),
    telemetry: {
      reading: (_, reading) => told.readings.push(reading),
      look: (_, look) => told.looks.push(look),
      round: answer => told.rounds.push(answer),
      trouble: what => told.troubles.push(what),
    },
    ...{ everyMs: 86_400_000, keepMs: 1000, requestTimeoutMs: 10_000, settleMs: 60_000 },
    now: () => state.now,
    wait: async ms => {
      state.now += ms
    },
  }
  const run = (request: SweepRequest = { action: 'continue' }, leftMs = 890_000) =>
    sweep(request, world, { deadline: state.now + leftMs, until: state.now + leftMs + 10_000 })
  return { world, state, told, run, rounds, readings, checkpoints }
}
