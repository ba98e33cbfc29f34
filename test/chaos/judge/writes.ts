import type { Round } from '../round.ts'
import type { Write } from '../targets/journal.ts'
import { mayLandUntil, overAt, slackMs, type Timings } from '../timings.ts'
import type { Broken } from './broken.ts'

/** Whether a write's answer does not say that it will not land later. */
const isUnanswered = (write: Write, timings: Timings): boolean => {
  const { end, how, status } = write
  return (
    end === undefined || how === 'cut' || status === 502 || status === 504 || end > overAt(write, timings)
  )
}

/** What must hold between the writes to one member, and of what each of them did. */
export function judgeWrites({ journal, setup, cast }: Round): Broken[] {
  return cast.flatMap(({ name, target }) => {
    const own = journal.writes.filter(({ member }) => member === name)
    const repeatable = target === 'project' || setup.dialect === 'role_id'
    const pairs = own.flatMap((later, n) =>
      own.slice(0, n).flatMap(earlier => between(earlier, later, repeatable, setup.timings)),
    )
    return [...pairs, ...own.flatMap(write => emptied(write, target === 'wacht'))]
  })
}

function between(earlier: Write, later: Write, repeatable: boolean, timings: Timings): Broken[] {
  const { member } = later
  const names = `#${later.seq} began while #${earlier.seq}`
  const broken: Broken[] = []
  if (later.begin < overAt(earlier, timings) - slackMs) {
    broken.push({
      promise: 'one write at a time',
      member,
      how: `${names} was neither answered nor timed out`,
    })
  }
  if (repeatable && earlier.asks === later.asks) return broken
  if (isUnanswered(earlier, timings) && later.begin < mayLandUntil(earlier, timings) - slackMs) {
    broken.push({
      promise: 'no write while an unanswered one may land',
      member,
      how: `${names} could still land`,
    })
  }
  if (earlier.landings.some(({ seq }) => seq > later.seq)) {
    broken.push({
      promise: 'no write while an unanswered one may land',
      member,
      how: `${names} had yet to land`,
    })
  }
  return broken
}

/** Every change asks for one role: no member of Wacht loses the last one that it has. */
function emptied({ seq, member, asks, landings }: Write, always: boolean): Broken[] {
  const bad = landings.filter(({ before, after }) => after === '' && before !== '' && (always || asks !== ''))
  return bad.map(({ before }) => ({
    promise: 'never without a role that it had before and after',
    member,
    how: `#${seq} (${asks}) took ${before} away and left nothing`,
  }))
}
