import { tableOf, writeReport } from './report.ts'
import type { Section } from './section.ts'

/** `npm run bench [-- throughput cold outage limit growth money intake]`: all parts unless some are named. */

const parts: Readonly<Record<string, () => Promise<Section>>> = {
  throughput: async () => (await import('./throughput/bench.ts')).throughput(7),
  cold: async () => (await import('./cold/bench.ts')).cold(9),
  outage: async () => (await import('./outage/bench.ts')).outage(5),
  limit: async () => (await import('./limit/bench.ts')).limit(5),
  growth: async () => (await import('./growth/bench.ts')).growth(5),
  money: async () => (await import('./money/bench.ts')).money(5),
  intake: async () => (await import('./intake/bench.ts')).intake(10),
}

const named = process.argv.slice(2)
const unknown = named.filter(name => !(name in parts))
if (unknown.length > 0) {
  console.error(`no part of the bench: ${unknown.join(', ')}; there are ${Object.keys(parts).join(', ')}`)
  process.exit(2)
}

const sections: Record<string, Section> = {}
for (const [name, measure] of Object.entries(parts)) {
  if (named.length > 0 && !named.includes(name)) continue
  sections[name] = await measure()
  console.log(tableOf(sections[name]))
}
writeReport(sections)
