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

/** Reads a member's state from its target, and compares it with the request. */
export type ReadTargetState = (target: Target, member: string, planned: Planned) => Promise<TargetState>

/** The timeout of one request, in milliseconds. */
const timeoutMs = 10_000

/** How much of a target's message is shown, in characters. */
const maxDetailLength = 300

/** Creates the reader, with the tokens from the environment. Every failure becomes `unread`. It never writes. */
export function createTargetStateReader(env: Environment): ReadTargetState {
  const send = createSend(timeoutMs, Date.now)

  return async (target, member, { request }) => {
    if (!target.read)
      return { kind: 'unread', detail: 'this target shows the state only in the answer to a write' }
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
        return { kind: 'unread', detail: reading.detail.slice(0, maxDetailLength) }
      case 'absent':
        return reading
      default:
        return reading satisfies never
    }
  }
}

const notSet = (variable: string): TargetState => ({ kind: 'unread', detail: `${variable} is not set` })

/** Lets only GET requests through. */
const readOnly =
  (http: Http): Http =>
  request =>
    request.method === 'GET'
      ? http(request)
      : Promise.resolve({ kind: 'failed', failure: 'no_time', detail: 'a read must not write' })

/** Adds the option `--read`. */
export const addReadOption = (command: Command): Command =>
  command.option(
    '--read',
    `also reads each member's state from its target (tokens: env ${kinds.map(({ name }) => settingNames(name).token).join(', ')}); ` +
      "not possible with Wacht's dialect role_id",
  )
