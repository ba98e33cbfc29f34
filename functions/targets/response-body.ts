import { type Answered, messageOf, type Unreadable } from '../core/outcome/http-answer.ts'

/** The largest body that is read, in bytes. */
export const maxBodyBytes = 1_048_576

/** A body as an answer holds it: `json`, `unreadable`, or neither when there is no body. */
export type Body = Pick<Answered, 'json' | 'unreadable'>

const utf8 = new TextDecoder('utf-8', { fatal: true })

/**
 * Reads a body as JSON, up to the limit. `contentType` is the raw header. If only the message of the JSON is wanted, JSON without one
 * is unreadable. Rejects when the stream breaks or times out.
 */
export async function readBody(
  stream: AsyncIterable<Uint8Array> | undefined,
  contentType: string | null | undefined,
  wanted: 'all' | 'message' = 'all',
): Promise<Body> {
  const chunks: Uint8Array[] = []
  let bytes = 0
  const unreadable = (why: Unreadable['why']): Body => ({
    unreadable: { why, ...mediaTypeOf(contentType), bytes },
  })
  for await (const chunk of stream ?? []) {
    bytes += chunk.byteLength
    if (bytes > maxBodyBytes) return unreadable('over 1 MiB')
    chunks.push(chunk)
  }
  let text: string
  try {
    text = utf8.decode(Buffer.concat(chunks))
  } catch {
    return unreadable('not UTF-8')
  }
  if (text.trim() === '') return {}
  try {
    const json: unknown = JSON.parse(text)
    return wanted === 'message' && messageOf(json) === '' ? unreadable('JSON without a message') : { json }
  } catch {
    return unreadable('not JSON')
  }
}

/** The media type of a header (RFC 9110, 8.3.1), without parameters. Empty when it is invalid or too long. */
export function mediaTypeOf(header: string | null | undefined): Pick<Unreadable, 'contentType'> {
  const type = header && /^\s*([a-z]{1,20}\/[a-z0-9.+-]{1,60})\s*(?:;|$)/i.exec(header)?.[1]
  return type ? { contentType: type.toLowerCase() } : {}
}
