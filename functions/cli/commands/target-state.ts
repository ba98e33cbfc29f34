import type { Command } from 'commander'
import { asObject } from '../../core/json.ts'
import type { Desired } from '../../core/ledger/desired-state.ts'
import { authorized } from '../../targets/authorized-http.ts'
import { createSend } from '../../targets/http-client.ts'
import { kinds, settingNames } from '../../targets/index.ts'
import type { Http, Target } from '../../targets/target.ts'
import type { Environment } from '../io/cli-world.ts'
import type { Planned } from './dry-run.ts'
import { changesOf, type TargetState } from './target-state-words.ts'

/** Asks a target what a member holds, and compares it with what would be written. */
export type ReadTargetState = (target: Target, member: string, planned: Planned) => Promise<TargetState>

/** How long one request may take, in milliseconds. */
const timeoutMs = 10_000

/** The most of a target's own words that is shown, in characters. */
const mostWords = 300

/** Asks with the tokens of the environment. Whatever goes wrong is an `unread` that says what; nothing is ever written. */
export function createTargetStateReader(env: Environment): ReadTargetState {
  const send = createSend(timeoutMs, Date.now)

  return async (target, member, { request }) => {
    if (!target.read) return { kind: 'unread', detail: 'this target shows it only in the answer to a write' }
    if (!URL.canParse(request.url)) return notSet(settingNames(target.name).url)
    const token = env[settingNames(target.name).token]
    if (!token) return notSet(settingNames(target.name).token)
    const credentials = { token: async () => token, refreshed: async () => undefined }
    const http = authorized(send, credentials, timeoutMs, Number.POSITIVE_INFINITY, Date.now)
    const reading = await target.read(member, readOnly(http))
    switch (reading.kind) {
      case 'holds': {
        const { state } = reading
        const changes = changesOf(state, asObject(request.body) as Desired)
        return changes.length === 0 ? { kind: 'wanted', state } : { kind: 'another', state, changes }
      }
      case 'unread':
        return { kind: 'unread', detail: reading.detail.slice(0, mostWords) }
      case 'absent':
        return reading
      default:
        return reading satisfies never
    }
  }
}

const notSet = (variable: string): TargetState => ({ kind: 'unread', detail: `${variable} is not set` })

/** What a target is asked for here is never more than a GET, whatever it asks for itself. */
const readOnly =
  (http: Http): Http =>
  request =>
    request.method === 'GET'
      ? http(request)
      : Promise.resolve({ kind: 'failed', failure: 'no_time', detail: 'a read may not write' })

/** Adds the option that asks the targets themselves. */
export const addReadOption = (command: Command): Command =>
  command.option(
    '--read',
    `asks the targets, too, what members hold now, one by one (env ${kinds.map(({ name }) => settingNames(name).token).join(', ')}); ` +
      "Wacht's dialect role_id has no such read",
  )
