import type { ServerResponse } from 'node:http'
import type { FaultAnswer } from './faults.ts'
import type { Reply } from './sandbox-call.ts'

/** A reply ready for the wire; `headers` come with faults only. */
export interface WireReply extends Reply {
  readonly headers?: Readonly<Record<string, string>>
}

const jsonHeaders = { 'content-type': 'application/json' }

/** The body on the wire: text where the headers say so, else JSON. */
function encode(reply: WireReply): string {
  if (reply.status === 204) return ''
  return typeof reply.body === 'string' ? reply.body : JSON.stringify(reply.body)
}

/** Answers a call in full. */
export function send(response: ServerResponse, reply: WireReply): void {
  response.writeHead(reply.status, { ...jsonHeaders, ...reply.headers })
  response.end(encode(reply))
}

/** Answers in the ways that no honest server does; `none` leaves the connection open. */
export function breakOff(
  response: ServerResponse,
  how: Extract<FaultAnswer, 'none' | 'reset' | 'stalled' | 'truncated'>,
  reply: WireReply,
): void {
  switch (how) {
    case 'none':
      return
    case 'reset':
      response.socket?.resetAndDestroy()
      return
    case 'stalled':
    case 'truncated': {
      const text = encode(reply)
      response.writeHead(reply.status, {
        ...jsonHeaders,
        'content-length': String(Buffer.byteLength(text) + 1),
      })
      response.write(text.slice(0, text.length / 2), () => {
        if (how === 'truncated') response.socket?.destroy()
      })
      return
    }
    default:
      how satisfies never
  }
}

/** What goes over the wire where an answer is given at all; `error` is the target's error body. */
export function wireReply(
  how: 'normal' | 'bare' | 'unchanged' | Extract<FaultAnswer, object>,
  reply: Reply,
  error: (status: number, message: string) => unknown,
): WireReply {
  if (how === 'normal' || how === 'unchanged') return reply
  if (how === 'bare') return { ...reply, body: reply.bare ?? reply.body }
  const { status, headers } = how
  const asGiven = status < 400 || headers?.['content-type'] !== undefined
  const body = asGiven ? (how.body ?? {}) : error(status, String(how.body ?? `Error ${status}`))
  return { status, body, ...(headers && { headers }) }
}
