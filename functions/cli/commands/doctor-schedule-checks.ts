import { durationWords } from '../io/durations.ts'
import { type Check, type Found, failed, ok, warning } from './doctor-findings.ts'
import { alarmsOf, type CheckedStage, missing } from './doctor-stage-checks.ts'

/** The checks of what runs on a schedule. */
export const scheduleChecks = (given: CheckedStage): Check[] => [
  { name: 'drain', run: () => checkDrain(given) },
  { name: 'sweep', run: () => checkSweep(given) },
  { name: 'due changes', run: () => checkDue(given) },
  { name: 're-assertions', run: () => checkReassert(given) },
]

/** How long after a deployment a schedule may not have run yet, in milliseconds. */
const firstRoundMs = 86_400_000

/** What a function on a schedule does, and the alarm that watches whether it runs. */
interface Scheduled {
  readonly name: string
  readonly watch: string
  readonly noSchedule: Found
  /** What is wrong if it does not run. */
  readonly trouble: Found
}

const checkDrain = ({ names, ...given }: CheckedStage): Promise<Found> =>
  checkSchedule({ names, ...given }, missing(names.replayFunction), {
    name: names.replayFunction,
    watch: `${names.deadLetterQueue}-not-drained`,
    noSchedule: warning(
      'no schedule: letters are not renewed',
      'deploy with drain=on, or start each drain yourself',
    ),
    trouble: failed(
      'its metric is missing: it does not run, or does not see all letters',
      `see the log of ${names.replayFunction}, or start a drain: invoke it with {"action":"drain"}`,
    ),
  })

const checkSweep = ({ names, ...given }: CheckedStage): Promise<Found> => {
  const off = 'what somebody changes at a target is not seen'
  const absent = warning(`the sweep is off: ${off}`, 'deploy without -c sweep=off')
  return checkSchedule({ names, ...given }, absent, {
    name: names.sweepFunction,
    watch: `${names.sweepFunction}-not-run`,
    noSchedule: warning(`no schedule: ${off}`, 'deploy the stage again, or start each round: sweep run'),
    trouble: failed('it does not run, or does not come to the end', 'see `sweep list` and its log'),
  })
}

const checkDue = ({ names, ...given }: CheckedStage): Promise<Found> =>
  checkSchedule({ names, ...given }, missing(names.dueFunction), {
    name: names.dueFunction,
    watch: `${names.dueFunction}-late`,
    noSchedule: failed('no schedule: what takes effect later never does', 'deploy the stage again'),
    trouble: failed(
      'it does not run, or cannot send what is due',
      `see the log of ${names.dueFunction}, and "Due changes late" in the runbook`,
    ),
  })

/** Nothing but its rule says that it does not run: without a drift it does nothing. */
async function checkReassert({ names, reader }: CheckedStage): Promise<Found> {
  const made = await reader.lambda(names.reassertFunction)
  const states = made ? await reader.rules(String(made.FunctionArn)) : []
  if (states.length === 0) return ok('no scope has its drift written again by itself')
  return states.includes('ENABLED') ? ok('they are sent on a schedule') : disabled(names.reassertFunction)
}

const disabled = (name: string): Found => failed('its schedule is disabled', `enable the rule of ${name}`)

async function checkSchedule(
  given: CheckedStage,
  absent: Found,
  { name, watch, noSchedule, trouble }: Scheduled,
): Promise<Found> {
  const { reader, now } = given
  const found = await reader.lambda(name)
  if (!found) return absent
  const states = await reader.rules(String(found.FunctionArn))
  if (states.length === 0) return noSchedule
  if (!states.includes('ENABLED')) return disabled(name)
  const state = (await alarmsOf(given)).find(({ AlarmName }) => AlarmName === watch)?.StateValue
  if (state === 'OK') return ok('it runs on its schedule')
  const ageMs = now - (Date.parse(found.LastModified ?? '') || 0)
  return state === 'ALARM' && ageMs > firstRoundMs
    ? trouble
    : warning(
        `it has not run yet; deployed ${durationWords(ageMs)} ago`,
        'run doctor again after its first round',
      )
}
