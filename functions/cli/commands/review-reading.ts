import type { ScopeMembers } from '../../aws/scope-members.ts'
import { type MemberRow, notIndexed, readScope } from '../../sweep/read-scope.ts'
import { createPace } from '../../sweep/sweep-pace.ts'
import { kinds } from '../../targets/index.ts'
import type { Target, TargetKind } from '../../targets/target.ts'
import type { CliWorld } from '../io/cli-world.ts'
import { durationWords } from '../io/durations.ts'
import { openScopeMembers } from '../io/ledger-reader.ts'
import { startProgress } from '../io/progress-bar.ts'
import { createReadOnlyHttp } from '../io/read-only-http.ts'
import { type GlobalOptions, stageNames, stageOf } from './stage-options.ts'
import { connectTargets, readToken } from './target-options.ts'

/** The scope to read, and the way to its target and its members in the ledger. */
export interface ReviewedScope {
  readonly kind: TargetKind
  readonly target: Target
  /** The target's own id of the scope. */
  readonly scope: string
  readonly token: string
  readonly members: ScopeMembers
}

/** The scope of this name with what its reading needs, from the options and the environment. Throws a Failure if something is not set. */
export function scopeToRead(
  name: string,
  options: GlobalOptions & Readonly<Record<string, unknown>>,
  world: CliWorld,
): ReviewedScope {
  const [targetName = '', scope = ''] = name.split('/')
  const stage = stageOf(options, world.env)
  return {
    kind: kinds.find(each => each.name === targetName)!,
    target: connectTargets(options, world.env).get(targetName)!,
    scope,
    token: readToken(targetName, options, world.env),
    members: openScopeMembers(world, stage, stageNames(stage).ledgerTable),
  }
}

/** How many calls a minute a list takes at most. The target's limit is there for changes. */
const callsPerMinute = 240

/** A wait from which on a person wonders, in milliseconds. */
const longWaitMs = 10_000

/**
 * Reads each member of a scope, with a progress bar. `pendingMembers`: of whom a change takes effect later. Resolves to a text if the reading is not complete: why. Rejects when the command
 * must stop.
 */
export async function readMembers(
  { kind, target, scope, token, members }: ReviewedScope,
  world: CliWorld,
  each: (row: MemberRow) => Promise<void>,
  pendingMembers: ReadonlySet<string> = new Set(),
): Promise<string | undefined> {
  const { now, stop } = world
  const name = `${kind.name}/${scope}`
  let expected = 0
  for await (const _ of members.membersOf(name)) expected += 1
  const progress = startProgress(world, `reading ${name}`, expected, { read: 0, differing: 0 })
  const wait = async (ms: number) => {
    if (ms >= longWaitMs)
      await progress.note(`Waits ${durationWords(ms)}: the target asks for it, or a change is taking effect.`)
    for (let left = ms; left > 0; left -= 1000) {
      stop.throwIfAborted()
      await world.wait(Math.min(left, 1000))
    }
    stop.throwIfAborted()
  }
  const turn = createPace(callsPerMinute, now, wait)
  const http = createReadOnlyHttp()(token)
  const until = Number.POSITIVE_INFINITY
  let [read, differing] = [0, 0]
  try {
    for await (const row of readScope({
      kind,
      target,
      scope,
      http,
      ...members,
      pending: async () => pendingMembers,
      turn,
      wait,
      now,
      until,
    })) {
      if (row.kind === 'unread')
        return row === notIndexed
          ? row.detail
          : `the list is not read to its end. The page at position ${row.page}: ${row.detail}`
      await each(row)
      read += 1
      if (row.finding !== 'same') differing += 1
      progress.update(read, { read, differing })
    }
  } finally {
    progress.stop()
  }
  return undefined
}
