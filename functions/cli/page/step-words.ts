import { shadowWords } from '../../core/guard/shadow.ts'
import { causeText } from '../../core/outcome/cause-words.ts'
import { cut } from './change-names.ts'
import type { LoggedOutcome, LogLine } from './log-lines.ts'
import type { Step, Tone } from './page-source.ts'
import { spanOf } from './time-words.ts'

/** The step of an `attempt` line: what the target answered. */
export function answerStep(line: LogLine, at: number): Step {
  const { status, cause, detail, unanswered, restoring, effect } = line
  const what = effect === 'proven' ? 'the applied role is there again' : causeText(cause)
  const said = typeof detail === 'string' ? cut(detail, mostOfDetail) : what
  const texts = [
    ...(status === undefined && said === what ? [] : [said]),
    ...(restoring ? ['This write was to bring back the applied role.'] : []),
    ...(unanswered ? ['The write may still land.'] : []),
  ]
  const tone = effect === 'proven' ? 'good' : effect === 'deferred' ? 'wait' : 'bad'
  const text = status === undefined ? capital(what) : `Answered ${Number(status)}`
  return { at, tone, text, detail: sentences(texts) }
}

/** The step of a `retry` line. */
export const waitStep = ({ cause, seconds }: LogLine, at: number): Step => ({
  ...{ at, tone: 'wait', text: `Waits ${spanOf(Number(seconds) * 1000).replace('.0', '')}` },
  detail: sentences([causeText(cause)]),
})

/** The step of an outcome. */
export function endStep(outcome: LoggedOutcome, at: number): Step {
  const { by, events, reason, status, detail, effectMs } = outcome
  const step = (tone: Tone, text: string, more: string): Step => ({ at, tone, text, detail: more })
  switch (outcome.outcome) {
    case 'applied': {
      const answer = status === undefined ? 'The target' : `The target's answer (${status})`
      const after = effectMs === undefined ? '' : `, ${spanOf(effectMs)} after its send`
      return step('good', 'In effect', `${answer} shows the role${after}.`)
    }
    case 'superseded':
      return step('plain', 'Superseded', `${withMore('A newer change is in effect', by && cut(by))}.`)
    case 'duplicate':
      return step('plain', 'Duplicate', 'This event is in effect already.')
    case 'resolved':
      return step('good', 'Person found', `Events sent for the memberships of the person: ${events}.`)
    case 'shadow':
      return step('plain', 'Shadow: nothing was written', sentences([shadowWords(outcome)]))
    case 'reasserted':
      return step('good', 'Re-asserted', 'What was applied is written again, and the target shows it.')
    case 'scheduled':
      return step('wait', 'Scheduled', 'It takes effect later.')
    case 'held':
      return step('wait', withMore('Held', outcome.guard), cut(detail ?? '', mostOfDetail))
    case 'dead':
      return step('bad', withMore('Dead letter', reason), cut(detail ?? '', mostOfDetail))
    default:
      return outcome.outcome satisfies never
  }
}

/** Why a change has its outcome, in a word or two; may be empty. */
export function endNote({ outcome, reason, guard, wouldHold, by }: LoggedOutcome): string {
  if (outcome === 'dead') return reason ?? ''
  if (outcome === 'held') return guard ?? ''
  if (outcome === 'shadow' && wouldHold) return 'would hold'
  return outcome === 'superseded' && by !== undefined ? `by ${by}` : ''
}

/** A text, with a second one behind a colon if it is known. */
const withMore = (text: string, more: string | undefined): string =>
  more === undefined ? text : `${text}: ${more}`

/** The most characters of what a target said. */
const mostOfDetail = 250

/** A text with a capital at its beginning. */
export const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1)

/** Texts as sentences, each with a capital and a full stop. */
const sentences = (texts: readonly string[]): string =>
  texts.map(text => capital(text).replace(/[^.!?…]$/, '$&.')).join(' ')
