import type { ServerResponse } from 'node:http'
import type { FaultAnswer } from './faults.ts'
import type { Reply } from './sandbox-call.ts'

/** A reply with headers, which only faults have. */
interface WireReply extends Reply {
  readonly headers?: Readonly<Record<string, string>>
}

const jsonHeaders = { 'content-type': 'application/json' }

/** The body on the wire: a text as it is, all else as JSON. */
function encode(reply: Reply): string {
  if (reply.status === 204) return ''
  return typeof reply.body === 'string' ? reply.body : JSON.stringify(reply.body)
}

/** Answers a call in full. */
export function send(response: ServerResponse, reply: WireReply): void {
  response.writeHead(reply.status, { ...jsonHeaders, ...reply.headers }).end(encode(reply))
}

/** Answers a call as a fault says; `error` makes the target's error body. Returns the status of a full answer. */
export function answerWith(
  response: ServerResponse,
  reply: Reply,
  how: FaultAnswer,
  error: (status: number, message: string) => unknown,
): number | undefined {
  switch (how) {
    case 'none':
      return undefined
    case 'reset':
      response.socket?.resetAndDestroy()
      return undefined
    case 'stalled':
    case 'truncated': {
      const text = encode(reply)
      const length = String(Buffer.byteLength(text) + 1)
      response.writeHead(reply.status, { ...jsonHeaders, 'content-length': length })
      response.write(text.slice(0, text.length / 2), () => {
        if (how === 'truncated') response.socket?.destroy()
      })
      return undefined
    }
    default: {
      const wire = wireReply(how, reply, error)
      send(response, wire)
      return wire.status
    }
  }
}

function wireReply(
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
