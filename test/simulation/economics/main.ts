import { goalSeconds, playOutage } from './run.ts'

/** Prints the outage economics as one JSON object: the goal, and a row per consumer; `--ours` leaves the peers out. */
const ours = process.argv.includes('--ours')
const seed = Number(process.argv.find(argument => /^\d+$/.test(argument)) ?? 1)
console.log(JSON.stringify({ goalSeconds, economies: await playOutage(seed, ours) }))
