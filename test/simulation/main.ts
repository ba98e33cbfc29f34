import { parseArgs } from 'node:util'
import { loadCode } from './code.ts'
import { patience } from './patience.ts'
import { describe } from './report.ts'
import { type Scenario, scenarios } from './scenario.ts'
import { reduced, reducible, shrink } from './shrink.ts'
import { type Selection, simulate } from './simulate.ts'

const usage = `npm run simulate -- [options]
  --seeds N        schedules per scenario (default 100)
  --from SEED      the first seed (default 1)
  --scenario LIST  only these, of: ${scenarios.map(({ name }) => name).join(', ')};
                   or of those that take long: ${patience.map(({ name }) => name).join(', ')}
  --events LIST    only these events of the schedule, by place
  --without LIST   without these, of: ${reducible.join(', ')}
Runs schedules in virtual time. A broken promise prints its seed, the shortest schedule that shows it, and the
timeline of that member, and the exit code is 1.`

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '100' },
    from: { type: 'string', default: '1' },
    scenario: { type: 'string' },
    events: { type: 'string' },
    without: { type: 'string', default: '' },
    help: { type: 'boolean', default: false },
  },
})
if (values.help) {
  console.log(usage)
  process.exit(0)
}

const [seeds, from] = [whole('seeds', values.seeds), whole('from', values.from)]
const without = values.without.split(',').filter(Boolean)
const names = values.scenario?.split(',')
const chosen = names ? [...scenarios, ...patience].filter(({ name }) => names.includes(name)) : scenarios
const unknown = without.filter(name => !reducible.includes(name))
if (chosen.length !== (names ?? chosen).length || unknown.length > 0)
  fail(`unknown: ${unknown.join(', ') || values.scenario}\n${usage}`)
const selection: Selection = {
  without,
  ...(values.events ? { events: values.events.split(',').map(Number) } : {}),
}

const code = await loadCode()
const began = performance.now()
let deliveries = 0
let mixed = 0
let runs = 0
for (const scenario of chosen.map(each => reduced(each, selection))) {
  for (let seed = from; seed < from + seeds; seed++) {
    const run = await simulate(code, scenario, seed, selection)
    deliveries += run.deliveries
    mixed += run.mixed
    runs++
    if (run.violations.length > 0) await tell(scenario, seed)
    if (process.stderr.isTTY && runs % 20 === 0) process.stderr.write(`\r${progress(scenario, seed)}\x1b[K`)
  }
  // Into a file: a line for each scenario.
  if (!process.stderr.isTTY) console.error(progress(scenario, from + seeds - 1))
}
if (process.stderr.isTTY) process.stderr.write('\r\x1b[K')
console.log(
  [
    `${runs} schedules of ${chosen.length} scenarios, ${deliveries} deliveries, ${rate()} a second`,
    `${mixed} batches for both targets: no promise broken`,
  ].join(', '),
)

async function tell(scenario: Scenario, seed: number): Promise<never> {
  const traced = { ...selection, trace: true }
  const failure = selection.events
    ? { scenario, seed, selection, run: await simulate(code, scenario, seed, traced) }
    : await shrink(code, scenario, seed)
  console.log(describe(failure))
  process.exit(1)
}

function progress(scenario: Scenario, seed: number): string {
  const total = chosen.length * seeds
  return `${runs} of ${total} schedules (${scenario.name}, seed ${seed}), ${deliveries} deliveries, ${rate()} a second`
}

function rate(): number {
  return Math.round(deliveries / ((performance.now() - began) / 1000))
}

function whole(name: string, text: string): number {
  if (!/^\d{1,12}$/.test(text)) fail(`--${name} must be a whole number`)
  return Number(text)
}

function fail(message: string): never {
  console.error(message)
  process.exit(2)
}
