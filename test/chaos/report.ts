import type { Broken } from './judge/broken.ts'
import type { Round, Setup } from './round.ts'
import { short } from './timings.ts'
import type { Doing } from './workers/protocol.ts'

/** The command that plays a round again. */
export const commandOf = ({ seed, dialect, events, kills, strikes, timings }: Setup): string =>
  `npm run chaos -- --seed ${seed} --dialect ${dialect} --events ${events} --kills ${kills} --strikes ${strikes}${timings === short ? ' --short' : ''}`

/** The most broken promises that are told one by one. */
const most = 10

/** A round that broke promises, as text: what, of whom, what happened to that member, and how to play it again. */
export function describe({ setup, journal }: Round, broken: readonly Broken[]): string {
  const members = [...new Set(broken.map(({ member }) => member))].slice(0, 3)
  const start = journal.notes[0]?.at ?? 0
  const timeline = (member: string) =>
    journal.notes
      .filter(note => note.member === member || note.member === '*')
      .map(({ at, text }) => `${((at - start) / 1000).toFixed(3).padStart(12)} s  ${text}`)
  return [
    `BROKEN with seed ${setup.seed}, ${setup.dialect}: ${broken.length} times`,
    ...broken.slice(0, most).map(({ promise, member, how }) => `  ${promise}: ${member}: ${how}`),
    `  again: ${commandOf(setup)}`,
    ...members.flatMap(member => [`  the timeline of ${member}:`, ...timeline(member)]),
  ].join('\n')
}

/** How many workers were killed while they did this. */
export const killedIn = ({ strikes }: Round, doing: Doing): number =>
  strikes.flatMap(({ killed }) => killed).filter(each => each === doing).length

/** A round in one line. */
export function told(round: Round, seconds: number): string {
  const { setup, processes, journal, letters, strikes } = round
  const sum = (of: 'held' | 'timedOut') => strikes.reduce((total, each) => total + each[of], 0)
  const workers = strikes.reduce((total, { killed }) => total + killed.length, 0)
  const faults = journal.writes.filter(({ fault }) => fault !== 'as it should' && fault !== 'slowly').length
  return [
    `seed ${setup.seed}, ${setup.dialect}: no promise broken`,
    `${processes.flat().length} outcomes, ${letters.length} letters`,
    `${journal.writes.length} writes, ${faults} of them with a fault`,
    `${workers} workers killed, ${killedIn(round, 'invocation')} of them in an invocation`,
    `${sum('held')} held, ${sum('timedOut')} invocations timed out`,
    `${setup.kills} kills of the process, ${seconds.toFixed(0)} s`,
  ].join('; ')
}
