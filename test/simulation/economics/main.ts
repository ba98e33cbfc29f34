import { goalSeconds, playFlood, playOutage } from './run.ts'

/** Prints what an outage and a flood cost as one JSON object: the goal, and a row per consumer; `--ours` leaves the peers out. */
const ours = process.argv.includes('--ours')
const seed = Number(process.argv.find(argument => /^\d+$/.test(argument)) ?? 1)
const economies = await playOutage(seed, ours)
console.log(JSON.stringify({ goalSeconds, economies, flood: await playFlood(seed) }))
