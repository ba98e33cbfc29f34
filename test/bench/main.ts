import { parseArgs } from 'node:util'
import { tableOf, writeReport } from './report.ts'
import type { Section } from './section.ts'

/**
 * `npm run bench [-- throughput cold outage exposure limit letters growth money record sweep due intake soak] [--events N] [--items N]`: all parts but the
 * soak unless some are named. `--events`: how many events the soak takes, a multiple of a thousand; a million unless it is said.
 * `--items`: how many items the record has; a hundred thousand unless it is said. `--handler`, once or several times: only the handlers of
 * the throughput whose name begins so.
 */

const { values, positionals: named } = parseArgs({
  allowPositionals: true,
  options: {
    events: { type: 'string', default: '1000000' },
    items: { type: 'string', default: '100000' },
    handler: { type: 'string', multiple: true, default: [''] },
  },
})

const parts: Readonly<Record<string, () => Promise<Section>>> = {
  throughput: async () => (await import('./throughput/bench.ts')).throughput(7, values.handler),
  cold: async () => (await import('./cold/bench.ts')).cold(9),
  outage: async () => (await import('./outage/bench.ts')).outage(5),
  exposure: async () => (await import('./exposure/bench.ts')).exposure(5),
  limit: async () => (await import('./limit/bench.ts')).limit(5),
  letters: async () => (await import('./letters/bench.ts')).letters(),
  growth: async () => (await import('./growth/bench.ts')).growth(5),
  money: async () => (await import('./money/bench.ts')).money(5),
  record: async () => (await import('./record/bench.ts')).record(Number(values.items)),
  sweep: async () => (await import('./sweep/bench.ts')).sweep(5),
  due: async () => (await import('./due/bench.ts')).due(5),
  intake: async () => (await import('./intake/bench.ts')).intake(10),
  soak: async () => (await import('./soak/bench.ts')).soak(Number(values.events)),
}
/** Takes longer than all others together. */
const onlyByName = 'soak'

const unknown = named.filter(name => !(name in parts))
if (unknown.length > 0) {
  console.error(`no part of the bench: ${unknown.join(', ')}; there are ${Object.keys(parts).join(', ')}`)
  process.exit(2)
}

const sections: Record<string, Section> = {}
for (const [name, measure] of Object.entries(parts)) {
  if (named.length > 0 ? !named.includes(name) : name === onlyByName) continue
  sections[name] = await measure()
  console.log(tableOf(sections[name]))
}
writeReport(sections)
