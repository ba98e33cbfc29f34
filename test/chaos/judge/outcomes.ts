import type { Planned } from '../events.ts'
import type { Line } from '../product.ts'
import type { Round } from '../round.ts'
import type { Broken } from './broken.ts'

/** The outcome lines of one event. */
export const linesAbout = ({ processes }: Round, id: string | null): Line[] =>
  processes.flat().filter(({ json }) => json.event === id)

/** Every event settles in one explained outcome; repeated lines do not contradict one another. */
export function judgeOutcomes(round: Round): Broken[] {
  const readable = round.planned.filter(({ id }) => id !== null)
  return [
    ...readable.flatMap(event => judgeEvent(event, round)),
    ...judgeUnreadable(round),
    ...judgeStrangers(round, new Set(readable.map(({ id }) => id))),
    ...judgeTold(round),
  ]
}

function judgeEvent(event: Planned, round: Round): Broken[] {
  const { id, member, copies, must } = event
  const about = (how: string): Broken => ({
    promise: 'every event settles in one explained outcome',
    member: member ?? '*',
    how: `${id} ${how}`,
  })
  const lines = linesAbout(round, id)
  const outcomes = lines.map(({ json }) => String(json.outcome))
  const broken: Broken[] = []
  if (lines.length === 0) return [about('has no outcome')]
  for (const process of round.processes) {
    const count = process.filter(({ json }) => json.event === id).length
    if (count > copies) broken.push(about(`was told ${count} times by one process`))
  }
  const reasons = lines.map(({ json }) => json.reason)
  if (must && !reasons.every(reason => reason === must))
    broken.push(about(`must be ${must}, was ${outcomes}`))
  if (copies > 1 || must) return broken
  const settled = outcomes.findIndex(outcome => outcome !== 'dead')
  if (settled >= 0 && outcomes.indexOf('dead', settled) >= 0)
    broken.push(about(`was ${outcomes.join(', then ')}`))
  const superseded = outcomes.indexOf('superseded')
  if (superseded >= 0 && outcomes.indexOf('applied', superseded) >= 0) {
    broken.push(about(`was ${outcomes.join(', then ')}`))
  }
  if (outcomes.includes('duplicate')) broken.push(about('was sent once and is a duplicate'))
  return broken
}

/** Bodies that nobody can name are told by their number alone. */
function judgeUnreadable(round: Round): Broken[] {
  const expected = round.planned.filter(({ id }) => id === null).length
  const lines = linesAbout(round, null)
  const wrong = lines.filter(({ json }) => json.reason !== 'invalid_event')
  if (lines.length >= expected && wrong.length === 0) return []
  const how = `${expected} unreadable bodies, ${lines.length} lines, ${wrong.length} of another reason`
  return [{ promise: 'every event settles in one explained outcome', member: '*', how }]
}

/** No line is about an event that was never sent, or names the wrong member. */
function judgeStrangers({ processes, planned }: Round, known: ReadonlySet<string | null>): Broken[] {
  const memberOf = new Map(planned.map(({ id, member }) => [id, member]))
  const wrong = processes.flat().filter(({ json }) => {
    const id = json.event as string | null
    if (id === null) return false
    return !known.has(id) || (memberOf.get(id) !== null && memberOf.get(id) !== json.member)
  })
  return wrong.map(({ json }) => ({
    ...{ promise: 'every event settles in one explained outcome', member: String(json.member) },
    how: `a line about nothing that was sent: ${JSON.stringify(json)}`,
  }))
}

/**
 * The topic is told of an outcome before its line is written, so a subscriber has heard of each line, and of nothing that was not
 * sent. It may hear of an outcome twice.
 */
function judgeTold({ processes, planned, told }: Round): Broken[] {
  const about = (json: Line['json'], how: string): Broken => ({
    ...{ promise: 'the topic is told of every outcome', member: String(json.member ?? '*') },
    how: `${how}: ${JSON.stringify(json)}`,
  })
  const nameOf = ({ event, outcome }: Line['json']) => JSON.stringify([event ?? null, outcome])
  const heard = new Set(told.map(({ data }) => nameOf(data)))
  const known = new Set(planned.map(({ id }) => id))
  return [
    ...processes
      .flat()
      .filter(({ json }) => !heard.has(nameOf(json)))
      .map(({ json }) => about(json, 'a subscriber was not told')),
    ...told
      .filter(({ data }) => !known.has(data.event ?? null))
      .map(({ data }) => about({ ...data }, 'a subscriber was told of what was never sent')),
  ]
}
