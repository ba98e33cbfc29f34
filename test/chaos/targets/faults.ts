import { error } from './errors.ts'
import { bomb, type Exchange } from './exchange.ts'

type Fault = readonly [weight: number, play: (x: Exchange) => void]

/** A write that is done, and an answer that does not say so. */
const done = (answer: (x: Exchange) => void) => (x: Exchange) => {
  x.land()
  answer(x)
}
/** An end without an answer to rely on, and the write is done all the same. */
const thenLands = (end: (x: Exchange) => void) => (x: Exchange) => {
  end(x)
  x.landLate()
}
const says =
  (status: number, message: string, headers: Record<string, string> = {}) =>
  (x: Exchange) =>
    x.answer({ ...error(x.random, status, message), headers })

const good = done(x => x.good())
const slowly = (x: Exchange) => x.after(x.random.between(20, 300), () => good(x))
const redirect = (x: Exchange) =>
  x.answer({ status: x.random.pick([301, 302, 307, 308]), headers: { location: '/trap' } })

/** The name of the fault of a write that nobody is told of. */
export const landsLate = 'lands late, never answers'

/** What a target does with a write, by name: what it weighs, and how it is played. All of it is in functions/targets/README.md. */
export const writeFaults: Readonly<Record<string, Fault>> = {
  'as it should': [60, good],
  slowly: [14, slowly],
  [landsLate]: [5, x => x.landLate()],
  'done, never answers': [2, x => x.land()],
  'lost, never answers': [2, () => undefined],
  'done, 500': [3, done(says(500, 'Internal server error'))],
  'not done, 500': [2, says(500, 'Internal server error')],
  'done, 502': [1, done(says(502, 'Bad gateway'))],
  'lands after 504': [3, thenLands(says(504, 'Gateway time-out'))],
  'not done, 503': [1, says(503, 'Unavailable', { 'retry-after': '1' })],
  'reset, not done': [2, x => x.cut()],
  'reset, done': [2, done(x => x.cut())],
  'reset, lands late': [3, thenLands(x => x.cut())],
  'cut in the answer': [2, done(x => x.cut('{"id":'))],
  '429 with header': [1, says(429, 'Rate limit exceeded', { 'retry-after': '1' })],
  '429 with message': [1, says(429, 'Rate limit exceeded. Retry after 1 seconds')],
  '401': [1, x => says(401, `Invalid token ${x.token}`)(x)],
  '409': [1, says(409, 'Conflict')],
  '403': [0.7, says(403, 'Forbidden')],
  '400 with all that was sent': [
    0.7,
    x => says(400, `{"authorization":"Bearer ${x.token}"}`.padEnd(200_000, '-a_b.'))(x),
  ],
  redirect: [0.5, redirect],
  'done, HTML': [1, done(x => x.raw('<html><body>Bad day</body></html>', { 'content-type': 'text/html' }))],
  'done, empty': [1, done(x => x.raw(''))],
  'done, oversized': [0.5, done(x => x.raw(`{"a":"${'x'.repeat(2_000_000)}"}`))],
  'done, bomb': [0.5, done(x => x.raw(bomb, { 'content-encoding': 'gzip' }))],
  'done, drips': [1, done(x => x.drip())],
  'no effect': [3, x => x.good()],
}

/** What a target does with a read. */
export const readFaults: Readonly<Record<string, Fault>> = {
  'as it should': [90, x => x.good()],
  slowly: [8, x => x.after(x.random.between(20, 200), () => x.good())],
  'never answers': [2, () => undefined],
  '500': [2, says(500, 'Internal server error')],
  '429': [1, says(429, 'Rate limit exceeded. Retry after 1 seconds')],
  '401': [1, x => says(401, `Invalid token ${x.token}`)(x)],
  reset: [2, x => x.cut()],
  HTML: [1, x => x.raw('<html>')],
  empty: [1, x => x.raw('')],
  drips: [1, x => x.drip()],
}

/** One of the faults by their weights; `dice` is in [0, 1). */
export function faultAt(dice: number, faults: Readonly<Record<string, Fault>>): string {
  let left = dice * Object.values(faults).reduce((sum, [weight]) => sum + weight, 0)
  for (const [name, [weight]] of Object.entries(faults)) {
    left -= weight
    if (left < 0) return name
  }
  return 'as it should'
}
