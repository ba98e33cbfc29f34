import { createHash } from 'node:crypto'
import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import type { ListenOptions } from 'node:net'
import type { buildApp } from 'fauxqs'
import { guard } from '../../../functions/cli/loopback/request-guard.ts'
import { BoundedMap } from '../../../functions/core/bounded-map.ts'

/**
 * The edge in front of the SQS engine. It corrects four faults of fauxqs for which there is no option: fauxqs listens on 0.0.0.0, it
 * refuses characters above U+FFFF in a body, on disk it fails to make a message visible at once, and it does not know who sent a message.
 */

/** The fields that the edge reads or changes: those of a call and its entries, and those of an answer and its entries. */
interface Fields {
  readonly Id?: string
  MessageBody?: string
  VisibilityTimeout?: number
  readonly Entries?: Fields[]
  MD5OfMessageBody?: string
  readonly MessageId?: string
  readonly Successful?: Fields[]
  readonly Messages?: Received[]
}

interface Received {
  readonly MessageId: string
  Body: string
  MD5OfBody: string
  readonly Attributes?: { SenderId?: string }
}

/** How many senders are remembered. A run forgets those of an earlier one: their messages are from nobody. */
const mostSenders = 100_000

/** The access key id that signed a request: the sender's id, as that of a principal in AWS. */
const signerOf = (authorization = ''): string | undefined => /Credential=([^/,]+)\//.exec(authorization)?.[1]

/** Fastify, which fauxqs is built on, passes each new app to this channel, so that hooks can be added (Fastify, Hooks). */
const channel = 'fastify.initialization'

/** Runs `start`. The engine that it starts has the edge, and listens only on 127.0.0.1, with the guard of `listen`. */
export async function withEdge<T>(start: () => Promise<T>): Promise<T> {
  const add = (message: unknown) => addEdge((message as { fastify: ReturnType<typeof buildApp> }).fastify)
  subscribe(channel, add)
  try {
    return await start()
  } finally {
    unsubscribe(channel, add)
  }
}

function addEdge(app: ReturnType<typeof buildApp>): void {
  const server = guard(app.server)
  const listen = server.listen.bind(server)
  server.listen = ((options: ListenOptions) => listen({ ...options, host: '127.0.0.1' })) as typeof listen
  app.addHook('preHandler', async ({ headers, body }) => {
    const isVisibility = /ChangeMessageVisibility/.test(String(headers['x-amz-target']))
    for (const fields of withEntries(body as Fields | undefined)) {
      // A millisecond is written to disk as any other timeout is.
      if (isVisibility && fields.VisibilityTimeout === 0) fields.VisibilityTimeout = 0.001
      if (typeof fields.MessageBody === 'string') fields.MessageBody = encoded(fields.MessageBody)
    }
  })
  const senders = new BoundedMap<string, string>(mostSenders)
  app.addHook('onSend', async ({ headers, body }, _, payload) => {
    const sent = withEntries(body as Fields | undefined).filter(({ MessageBody }) => isEncoded(MessageBody))
    if (typeof payload !== 'string' || !payload.includes('"MessageId"')) return payload
    const answer: Fields = JSON.parse(payload)
    const signer = signerOf(headers.authorization)
    for (const each of [answer, ...(answer.Successful ?? [])]) {
      if (each.MessageId && signer) senders.set(each.MessageId, signer)
      const of = sent.find(({ Id }) => Id === each.Id)
      if (of && each.MD5OfMessageBody) each.MD5OfMessageBody = md5(decoded(String(of.MessageBody)))
    }
    for (const message of answer.Messages ?? []) {
      const sender = senders.get(message.MessageId)
      if (sender && message.Attributes?.SenderId) message.Attributes.SenderId = sender
      if (!isEncoded(message.Body)) continue
      message.Body = decoded(message.Body)
      message.MD5OfBody = md5(message.Body)
    }
    return JSON.stringify(answer)
  })
}

const withEntries = (call: Fields | undefined): Fields[] =>
  typeof call === 'object' && call !== null ? [call, ...(call.Entries ?? [])] : []

/** The first character of an encoded body. Unicode reserves it for a program's own use. */
const mark = '\ufdd0'

/** The bodies that SQS accepts (SendMessage). */
const allowed = /^[\t\n\r -\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]*$/u
const beyond = /[\u{10000}-\u{10ffff}]/u

const isEncoded = (body: unknown) => typeof body === 'string' && body.startsWith(mark)

/** The body as the engine keeps it. An encoded body is a third longer. */
const encoded = (body: string): string =>
  isEncoded(body) || (beyond.test(body) && allowed.test(body))
    ? mark + Buffer.from(body).toString('base64')
    : body

/** The body as it was sent. */
export const decoded = (body: string): string =>
  isEncoded(body) ? Buffer.from(body.slice(mark.length), 'base64').toString() : body

const md5 = (text: string): string => createHash('md5').update(text).digest('hex')
