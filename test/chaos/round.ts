import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createRandom } from '../simulation/random.ts'
import { castOf, catalogue, type Dialect, type Member } from './cast.ts'
import { linesOf, type Planned, plannedOf } from './events.ts'
import { startFreezes } from './freeze.ts'
import { carryOut, killsOf } from './kill.ts'
import { type Letter, readLetters } from './letters.ts'
import { type Line, type Product, startProduct } from './product.ts'
import { type OutcomeTold, readTold, subscribe } from './subscriber.ts'
import { startTargets } from './targets/both.ts'
import { createJournal, type Journal } from './targets/journal.ts'
import type { People } from './targets/people.ts'
import { type Timings, timingArguments } from './timings.ts'
import { type Strikes, startStrikes, strikesOf } from './workers/strikes.ts'

/** What settles a round. */
export interface Setup {
  readonly seed: number
  readonly dialect: Dialect
  readonly events: number
  readonly kills: number
  /** How often workers are struck, over all processes. */
  readonly strikes: number
  readonly timings: Timings
  /** The process is frozen now and then. */
  readonly freezes: boolean
}

/** A round as it went. */
export interface Round {
  readonly setup: Setup
  readonly cast: readonly Member[]
  readonly planned: readonly Planned[]
  readonly journal: Journal
  readonly people: readonly People[]
  /** The outcome lines of each process. */
  readonly processes: readonly (readonly Line[])[]
  /** What was struck in each process. */
  readonly strikes: readonly Strikes[]
  readonly began: number
  readonly output: string
  readonly tokens: readonly string[]
  readonly letters: readonly Letter[]
  /** What a subscriber to the outcomes was told. */
  readonly told: readonly OutcomeTold[]
  /** The exit code of the last process, which was asked to end. */
  readonly exitCode: number | null
}

/** Plays one round: starts the product, kills it, starts it again with the rest, and lets it come to its end. */
export async function play(setup: Setup, tell: (text: string) => void): Promise<Round> {
  const { seed, dialect, events, kills } = setup
  const cast = castOf(seed, events, dialect)
  const planned = plannedOf(seed, events, cast)
  const journal = createJournal()
  const folder = mkdtempSync(join(tmpdir(), 'chaos-'))
  const targets = await startTargets(setup, cast, journal)
  const env = { ...targets.env, ROLES: join(folder, 'roles.json') }
  writeFileSync(env.ROLES, JSON.stringify(catalogue))
  const began = Date.now()
  const processes: Product[] = []
  const strikes: Strikes[] = []
  const startProcess = (...args: string[]) =>
    startProduct([...timingArguments(setup.timings), '--data', join(folder, 'data'), ...args], env)
  const start = (lines: readonly string[], ...args: string[]) => {
    const file = join(folder, `events-${processes.length}`)
    writeFileSync(file, `${lines.join('\n')}\n`)
    const given = lines.length > 0 ? ['--events', file] : []
    const product = startProcess(...given, ...args)
    journal.note('*', `process ${processes.length} starts with ${lines.length} lines`)
    product.onLine = line => noteLine(line, journal)
    if (setup.freezes) startFreezes(product, createRandom(seed, `freezes ${processes.length}`), journal)
    const random = createRandom(seed, `strikes ${processes.length}`)
    const count = shareOf(setup.strikes, processes.length, kills + 1)
    strikes.push(startStrikes(product, strikesOf(count, setup.timings, random), journal))
    processes.push(product)
    return product
  }
  /** A first process, without events, in which a queue subscribes to the outcomes. */
  const prepare = async () => {
    const nothing = join(folder, 'nothing')
    writeFileSync(nothing, '')
    const product = startProcess('--events', nothing, '--serve')
    try {
      await subscribe(await environmentOf(product))
    } finally {
      product.signal('SIGTERM')
      await product.exited
    }
  }
  try {
    await prepare()
    const plan = killsOf(kills, createRandom(seed, 'kills'))
    const parts = linesOf(seed, planned, plan.filter(({ at }) => at !== 'start').length + 1)
    for (const kill of plan) {
      await carryOut(kill, start(kill.at === 'start' ? [] : parts.shift()!), journal)
      tell(`${processes.length} of ${kills} kills (${kill.at})`)
    }
    const last = start(parts.shift()!, '--serve')
    const summary = await lineOf(last, 'summary')
    tell(`settled: ${JSON.stringify(summary)}`)
    await targets.calm()
    const shell = await environmentOf(last)
    const letters = await readLetters(shell)
    const heard = await readTold(shell)
    last.signal('SIGTERM')
    return {
      ...{
        setup,
        cast,
        planned,
        journal,
        people: targets.people,
        began,
        tokens: targets.tokens,
        letters,
        told: heard,
        strikes,
      },
      exitCode: await last.exited,
      processes: processes.map(({ lines }) => lines.filter(({ json }) => 'outcome' in json)),
      output: processes.map(({ output }) => output).join(''),
    }
  } finally {
    for (const product of processes) if (!product.hasExited) product.signal('SIGKILL')
    await Promise.all(processes.map(({ exited }) => exited))
    await targets.stop()
    rmSync(folder, { recursive: true, force: true })
  }
}

/** The share of the nth of so many; the last has one if anybody has. */
const shareOf = (total: number, n: number, many: number): number =>
  Math.floor((total * (n + 1)) / many) - Math.floor((total * n) / many)

const environmentOf = async (product: Product) => (await lineOf(product, 'env')) as Record<string, string>

/** The value of a line by its only key, as soon as there is one; rejects when the process ends without it. */
function lineOf(product: Product, key: string): Promise<unknown> {
  const found = product.lines.find(({ json }) => key in json)
  if (found) return Promise.resolve(found.json[key])
  return new Promise((resolve, reject) => {
    const { onLine } = product
    product.onLine = line => {
      onLine(line)
      if (key in line.json) resolve(line.json[key])
    }
    product.exited.then(code =>
      reject(new Error(`the product ended with ${code}: ${product.output.slice(-2000)}`)),
    )
  })
}

function noteLine({ json }: Line, journal: Journal): void {
  const { event, member, outcome, reason, receives } = json
  if (outcome === undefined) return
  journal.note(String(member ?? '*'), `OUTCOME ${event}: ${outcome} ${reason ?? ''} (receives ${receives})`)
}
