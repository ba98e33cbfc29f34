import type { Answer } from '../../core/answer.ts'
import type { Change } from '../../core/event.ts'
import { authorized } from '../../targets/authorized.ts'
import { createSend } from '../../targets/http.ts'
import type { Http, Target } from '../../targets/target.ts'
import type { Environment } from '../world.ts'

/** What a target shows that a member holds now: the wanted state, another one, no such member, or nothing readable. */
export type Holds = 'wanted' | 'another' | 'absent' | 'unreadable'

/** Asks a target what a member holds, compared with what a change wants. */
export type AskHolds = (target: Target, change: Change) => Promise<Holds>

/** How long one read may take, in milliseconds. */
const timeoutMs = 10_000

/** The variable of a target's token, which reads need. */
export const tokenName = (target: string): string => `${target.toUpperCase()}_TOKEN`

/**
 * Asks by an attempt whose reads are made and whose writes are not: those are answered as taken, without an effect. What such
 * an attempt finds proven is what the member holds already. A target that is never read by an attempt cannot be asked.
 */
export function createAskHolds(env: Environment): AskHolds {
  const send = createSend(timeoutMs, Date.now)

  return async (target, { member, desired }) => {
    const token = env[tokenName(target.name)]
    if (!token) return 'unreadable'
    const credentials = { token: async () => token, refreshed: async () => undefined }
    const http = authorized(send, credentials, timeoutMs, Number.POSITIVE_INFINITY, Date.now)
    let read = false
    const readOnly: Http = async request => {
      if (request.method !== 'GET') return takenInVain
      const answer = await http(request)
      read = answer.kind === 'answered' && answer.status < 300
      return answer
    }
    const effect = await target.apply(member, desired, readOnly)
    if (!read) return 'unreadable'
    if (effect.kind === 'proven') return 'wanted'
    if (effect.kind !== 'refused') return 'unreadable'
    return effect.reason === 'not_found' ? 'absent' : 'another'
  }
}

const takenInVain: Answer = { kind: 'answered', status: 200, json: {} }
