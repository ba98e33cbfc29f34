import { type Member, stateOf } from '../cast.ts'
import type { Planned } from '../events.ts'
import type { Round } from '../round.ts'
import type { Broken } from './broken.ts'
import { linesAbout } from './outcomes.ts'

/** Each member ends with the newest role that could be applied, and what was applied was visible. */
export const judgeRoles = (round: Round): Broken[] => round.cast.flatMap(member => judgeMember(member, round))

function judgeMember({ name, id, holds }: Member, round: Round): Broken[] {
  const about = (promise: string, how: string): Broken => ({ promise, member: name, how })
  const events = round.planned.filter(({ member }) => member === name).sort((a, b) => b.rank - a.rank)
  const outcomesOf = (event: Planned) => linesAbout(round, event.id).map(({ json }) => json.outcome)
  const living = events.filter(event => outcomesOf(event).some(outcome => outcome !== 'dead'))
  const [newest] = living
  const broken: Broken[] = []

  for (const event of living) {
    for (const { at, json } of linesAbout(round, event.id)) {
      if (json.outcome === 'applied' && !wasShown(round, event, at)) {
        broken.push(about('what is applied was visible', `${event.id}: ${event.wants} was never shown`))
      }
      if (json.outcome === 'superseded' && event === newest) {
        broken.push(
          about('an old event never has the last word', `${event.id} is superseded by nothing newer`),
        )
      }
    }
  }
  if (newest && !outcomesOf(newest).includes('applied')) {
    broken.push(about('the newest role that could be applied', `${newest.id} was never applied`))
  }
  const held = round.people.map(people => people.held(id)).find(state => state !== undefined)
  const wanted = newest ? newest.wants : stateOf(holds)
  if (held && stateOf(held) !== wanted && !isUnproven(round, events, newest)) {
    const how = `holds ${stateOf(held) || '(nothing)'}, not ${wanted || '(nothing)'} of ${newest?.id ?? 'the beginning'}`
    broken.push(about('the newest role that could be applied', how))
  }
  return broken
}

const wasShown = ({ journal }: Round, { member, wants }: Planned, at: number): boolean =>
  journal.showings.some(shown => shown.member === member && shown.state === wants && shown.at <= at)

/** A letter of a newer event says that a write of it may have had an effect. */
function isUnproven({ letters }: Round, events: readonly Planned[], newest: Planned | undefined): boolean {
  const newer = events.filter(({ rank }) => rank > (newest?.rank ?? -1))
  return letters.some(
    ({ body, attributes }) => attributes.unproven && newer.some(event => event.body === body),
  )
}
