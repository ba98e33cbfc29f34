import type { ServerResponse } from 'node:http'
import { gzipSync } from 'node:zlib'
import type { Random } from '../../simulation/random.ts'
import type { Reply } from './call.ts'

/** One request that a fault plays with. */
export interface Exchange {
  readonly random: Random
  readonly token: string
  /** The write takes effect now, where it is one that can. */
  land(): void
  /** It takes effect later: at a moment up to the last at which it may. */
  landLate(): void
  /** Answers as the API would. */
  good(): void
  answer(reply: Reply): void
  /** Answers 200 with exactly this. */
  raw(body: string | Buffer, headers?: Readonly<Record<string, string>>): void
  /** Breaks the connection, perhaps in the middle of an answer. */
  cut(begun?: string): void
  /** Sends the head and then a byte now and then, for ever. */
  drip(): void
  after(ms: number, act: () => void): void
}

/** More than any answer may be, in a few bytes. */
export const bomb = gzipSync(Buffer.alloc(40_000_000, ' '))

/** How an answer leaves; `ended` is told when it does. */
export function responder(
  response: ServerResponse,
  ended: (how: 'answered' | 'cut', status?: number) => void,
) {
  const send = (status: number, body: string | Buffer, headers: Readonly<Record<string, string>>) => {
    if (response.writableEnded) return
    ended('answered', status)
    response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(body)
  }
  return {
    answer: ({ status, body, headers = {} }: Reply) =>
      send(status, body === undefined ? '' : JSON.stringify(body), headers),
    raw: (body: string | Buffer, headers: Readonly<Record<string, string>> = {}) => send(200, body, headers),
    cut: (begun = '') => {
      ended('cut')
      if (begun) response.writeHead(200, { 'content-length': '1000' }).write(begun, () => response.destroy())
      else response.destroy()
    },
    drip: () => {
      response.writeHead(200, { 'content-type': 'application/json' }).write('{')
      const timer = setInterval(() => (response.destroyed ? clearInterval(timer) : response.write(' ')), 100)
      response.on('close', () => clearInterval(timer))
    },
  }
}
