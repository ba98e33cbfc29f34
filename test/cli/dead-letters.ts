import type { LetterAttributes } from '../../functions/core/dead-letter/letter-attributes.ts'
import type { Trail } from '../../functions/core/event/sqs-message.ts'
import type { Applied, Entry } from '../../functions/core/ledger/ledger-entry.ts'
import { bodyOf, membership, organization } from '../support/events.ts'
import { commandLine } from './fake-world.ts'
import type { Stage } from './stage.ts'

/** The member that events are of unless they say otherwise. */
export const name = `wacht/${organization}/${membership}`
export const source = '//workday.example.com/role-changes'

/** The attributes of a letter that died 26 hours and half a minute ago, by this machine's clock: `1 d 2 h` for a while. */
export const diedOf = (event: string, reason: string, trail: Trail = {}): LetterAttributes => ({
  ...{ reason, target: 'wacht', member: name, event },
  trail: JSON.stringify({ detail: 'because', receives: 4, failedAt: ago(93_630_000), ...trail }),
})

/** So many milliseconds ago: RFC 3339. */
export const ago = (ms: number): string => new Date(Date.now() - ms).toISOString()

/** Puts the letter of a valid event on the queue; answers its message id. */
export const letter = (stage: Stage, id: string, reason = 'not_found', fields = {}): Promise<string> =>
  stage.letter(bodyOf({ id, ...fields }), diedOf(id, reason))

/** What `--json` prints of the letter of event `a`, at every command. */
export const letterJson = {
  ...{ event: 'a', source, target: 'wacht', member: name },
  ...{ reason: 'not_found', detail: 'because' },
}

/** An entry in which event `by` is applied, newer than all others here unless `time` says otherwise. */
export const entryBy = (by: string, time = '2026-11-23T10:00:00', fields: Partial<Entry> = {}): Entry => {
  const version = { time, sequence: '', source, id: by }
  const applied: Applied = {
    version,
    event: by,
    message: 'm',
    desired: { roleId: '5' },
    at: Date.now() - 60_000,
  }
  return { member: name, rev: 3, failures: 0, applied, ...fields }
}

/** Runs the command line at a stage, with this machine's clock. */
export const at = (stage: Stage, args: readonly string[], given: Parameters<typeof commandLine>[1] = {}) => {
  const { sqs, dynamodb, lambda } = stage
  return commandLine([...args, '--stage', stage.stage], { sqs, dynamodb, lambda, now: Date.now(), ...given })
}

/** The one object that `--json` prints. */
export const jsonOf = async (running: ReturnType<typeof at>) => {
  const { code, out, err } = await running
  return { code, err, json: JSON.parse(out) as Record<string, unknown> }
}

/** The bodies of messages as events. */
export const eventsIn = (messages: readonly { readonly body: string }[]) =>
  messages.map(({ body }) => JSON.parse(body) as { id: string; data: Record<string, unknown> })
