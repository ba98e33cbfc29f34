/** `npm run chaos`: rounds against targets that misbehave, until the time is up or a promise is broken. */
import { parseArgs } from 'node:util'
import type { Dialect } from './cast.ts'
import { judge } from './judge/judge.ts'
import { describe, told } from './report.ts'
import { play } from './round.ts'
import { long, short } from './timings.ts'

const usage = `npm run chaos -- [options]
  --events N        events of a round (default 300)
  --kills N         how often the process is killed in a round (default 5)
  --strikes N       how often workers of the functions are killed or held in a round (default 40)
  --seed S          the seed of the first round (default: any)
  --dialect NAME    role_id or role_ids (default: both, in turn)
  --minutes M       play rounds with the seeds that follow for so long (default: one round of each dialect)
  --short           plays as npm test does: shorter timings, and the process is never frozen
Runs npm start against targets of its own that misbehave, kills it and starts it again, and kills
and blocks single workers of its functions. A broken promise prints its
seed, the timeline of that member and the command to play the round again, and the exit code is 1.`

const { values } = parseArgs({
  options: {
    events: { type: 'string', default: '300' },
    kills: { type: 'string', default: '5' },
    strikes: { type: 'string', default: '40' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    dialect: { type: 'string' },
    minutes: { type: 'string', default: '0' },
    short: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
})
if (values.help) {
  console.log(usage)
  process.exit(0)
}
const names = ['events', 'kills', 'strikes', 'seed', 'minutes'] as const
const [events, kills, strikes, firstSeed, minutes] = names.map(whole) as [
  number,
  number,
  number,
  number,
  number,
]
const dialects = ['role_id', 'role_ids'].filter(name => (values.dialect ?? name) === name) as Dialect[]
if (dialects.length === 0) fail(`--dialect must be role_id or role_ids\n${usage}`)

const end = Date.now() + minutes * 60_000
const world = values.short ? { timings: short, freezes: false } : { timings: long, freezes: true }
for (let seed = firstSeed; seed === firstSeed || Date.now() < end; seed++) {
  for (const dialect of dialects) {
    const began = performance.now()
    const round = await play({ seed, dialect, events, kills, strikes, ...world }, text =>
      console.error(`seed ${seed}, ${dialect}: ${text}`),
    )
    const broken = judge(round)
    if (broken.length > 0) {
      console.log(describe(round, broken))
      process.exit(1)
    }
    console.log(told(round, (performance.now() - began) / 1000))
  }
}

function whole(name: (typeof names)[number]): number {
  if (!/^\d{1,9}$/.test(values[name])) fail(`--${name} must be a whole number`)
  return Number(values[name])
}

function fail(message: string): never {
  console.error(message)
  process.exit(2)
}
