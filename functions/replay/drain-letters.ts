import { type DeadLetter, namesAsRead } from '../core/dead-letter/dead-letter.ts'
import { type LetterVerdict, planLetter } from '../core/dead-letter/planned-letters.ts'
import { renewedAttributes, replayedAttributes } from '../core/dead-letter/replay-attributes.ts'
import { raisesFence, type SettledVerdict } from '../core/dead-letter/replay-verdict.ts'
import { effectiveAt } from '../core/event/event.ts'
import { msSince } from '../core/event/instant.ts'
import { forEachOf } from '../core/for-each-of.ts'
import { createFailures } from './letter-failures.ts'
import { rememberEntries } from './remember-entries.ts'
import type { LetterRecord, ReplayWorld } from './replay-world.ts'

export interface DrainOptions {
  /** The age, from its latest send, at which a letter is renewed, in milliseconds. */
  readonly renewAfterMs: number
  /** Stops between two letters; the result is then not `complete`. */
  readonly signal?: AbortSignal
}

/** The result of a drain: counts of letters. */
export interface Drained {
  readonly superseded: number
  readonly duplicate: number
  readonly renewed: number
  /** Letters that stay, renewed and failed ones included. */
  readonly kept: number
  /** Letters that failed, with one log line each. They stay, and the next drain tries them again. */
  readonly failed: number
  /** Letters that stayed hidden because another reader has them, as SQS estimates. */
  readonly hidden: number
  /** The age of the oldest letter that stays, from its latest send, in milliseconds; 0 if none stays. */
  readonly oldestMs: number
  /** The longest time that a withdrawal among the letters that stay has left access open, in milliseconds; 0 if there is none. */
  readonly exposureMs: number
  /** Whether every letter was received. */
  readonly complete: boolean
}

/** How long a letter stays hidden if this process dies, in seconds. */
const hideSeconds = 60

/** How long the drain waits for letters that another reader has, in seconds. */
const patienceSeconds = 10

/** How many letters are handled at once. */
const parallel = 16

/**
 * Removes superseded and duplicate letters, and logs by what. Renews old letters, because SQS deletes a letter fourteen days
 * after its send: sends first, then deletes. A letter that fails stays, and is still renewed if possible. After twenty
 * failures in a row the drain ends.
 */
export async function drain(
  world: Omit<ReplayWorld, 'wait' | 'hash'>,
  { renewAfterMs, signal }: DrainOptions,
): Promise<Drained> {
  const { letters, parse, log, now } = world
  const read = rememberEntries(world.ledger)
  const failures = createFailures(world)
  const counts = { superseded: 0, duplicate: 0, renewed: 0, kept: 0 }
  const begun = now()
  let hidden = 0
  let oldestMs = 0
  let exposureMs = 0
  let complete = true

  async function* all(idle: () => Promise<unknown>) {
    const onHidden = (count: number) => {
      hidden = count
    }
    for await (const letter of letters.look({ hideSeconds, patienceSeconds, onHidden, idle })) {
      complete = !signal?.aborted && !failures.tooMany
      if (!complete) return
      const isRenewedNow = letter.trail?.renewals !== undefined && letter.sentAt >= begun
      if (!isRenewedNow) yield letter
    }
  }
  const judge = async (letter: DeadLetter) => {
    const parsed = parse(letter.body, now())
    const entry = parsed.ok && parsed.change ? await read(parsed.change.member) : undefined
    const asked = parsed.ok ? (parsed.change ?? parsed.lookup) : undefined
    const openMs = asked?.withdraws ? msSince(effectiveAt(asked), now()) : 0
    const isFence = parsed.ok && parsed.change !== undefined && raisesFence(letter, parsed.change, entry)
    return { settled: planLetter(letter, parsed, entry, now()), openMs, isFence }
  }
  const record = (letter: DeadLetter, act: LetterRecord['act'], facts: Partial<LetterRecord>) => {
    const { messageId, reason } = letter
    log.letter({ act, ...namesAsRead(letter, parse, now()), messageId, reason, ...facts })
  }
  const remove = async (
    letter: DeadLetter,
    settled: Extract<LetterVerdict, { verdict: SettledVerdict }>,
    isFence: boolean,
  ) => {
    if (isFence) await world.change(letter.body, replayedAttributes(letter, 'drain'))
    await letters.remove(letter)
    counts[settled.verdict] += 1
    record(letter, 'removed', settled)
    return true
  }
  const renew = async (letter: DeadLetter, verdict: LetterVerdict['verdict'] | undefined) => {
    await letters.send(letter.body, renewedAttributes(letter))
    record(letter, 'renewed', verdict === undefined ? {} : { verdict })
    await letters.remove(letter)
    counts.renewed += 1
    return true
  }
  const handle = async (letter: DeadLetter) => {
    const {
      settled,
      openMs = 0,
      isFence = false,
    } = (await failures.attempt(letter, () => judge(letter))) || {}
    const gone =
      settled?.verdict === 'superseded' || settled?.verdict === 'duplicate'
        ? await failures.attempt(letter, () => remove(letter, settled, isFence))
        : false
    if (gone) return
    counts.kept += 1
    exposureMs = Math.max(exposureMs, openMs)
    const age = now() - letter.sentAt
    const renewed =
      gone === false &&
      age >= renewAfterMs &&
      (await failures.attempt(letter, () => renew(letter, settled?.verdict)))
    if (!renewed) oldestMs = Math.max(oldestMs, age)
  }
  await forEachOf(all, parallel, async (letter: DeadLetter) => {
    await handle(letter)
    failures.over(letter)
  })
  complete &&= hidden === 0 && !failures.tooMany
  return { ...counts, failed: failures.failed, hidden, oldestMs, exposureMs, complete }
}
