import { parseArgs } from 'node:util'
import { Stryker } from '@stryker-mutator/core'
import { type Area, areaOf, areas } from './areas.ts'

const usage = `npm run mutation -- [AREA or FILE]... [options]
  AREA              one of: ${areas.map(({ name }) => name).join(', ')} (default: all, one after the other)
  FILE              a file of functions, to run by itself; the results of the other files are kept
  --concurrency N   mutants at once (default 2)
  --force           runs every mutant again, also those whose code and tests did not change
Changes the code in one place at a time and asks whether a test of the area fails. The exit code is 1 where a score is below
the area's threshold. Results are kept in reports/mutation: a second run takes from there what did not change, and a run that
Ctrl-C ended goes on from where it was.`

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    concurrency: { type: 'string', default: '2' },
    force: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
})
if (values.help) {
  console.log(usage)
  process.exit(0)
}
if (!/^[1-9]\d?$/.test(values.concurrency)) fail('--concurrency must be a whole number from 1 to 99')
const files = positionals.filter(name => name.includes('/'))
const strangers = positionals.filter(name => !(areaOf(name) ?? areas.some(area => area.name === name)))
if (strangers.length > 0) fail(`no area and no file of one: ${strangers.join(', ')}\n${usage}`)

for (const area of areas) {
  const own = files.filter(file => areaOf(file) === area)
  const isChosen = positionals.length === 0 || positionals.includes(area.name)
  if (isChosen) await run(area, [`functions/${area.name}/**/*.ts`, '!functions/**/*.d.ts'])
  else if (own.length > 0) await run(area, own)
}

async function run({ name, atLeast }: Area, mutate: string[]): Promise<void> {
  console.log(`${name}: at least ${atLeast} %`)
  await new Stryker({
    configFile: 'test/mutation/stryker.json',
    mutate,
    force: values.force,
    concurrency: Number(values.concurrency),
    thresholds: { high: atLeast, low: atLeast, break: atLeast },
    incrementalFile: `reports/mutation/${name}.json`,
    jest: { config: { testMatch: [`<rootDir>/test/${name}/**/*.test.ts`] } },
  }).runMutationTest()
}

function fail(message: string): never {
  console.error(message)
  process.exit(2)
}
