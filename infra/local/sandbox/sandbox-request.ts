import type { IncomingMessage } from 'node:http'
import type { SandboxRequest } from './sandbox-call.ts'

/** A request read to its end; a body that is not JSON stays text, a path that cannot be decoded stays as it came. */
export async function read(request: IncomingMessage): Promise<SandboxRequest & { url: URL }> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  const url = new URL(request.url ?? '/', 'http://sandbox')
  return {
    method: request.method ?? 'GET',
    url,
    path: url.pathname.split('/').filter(Boolean).map(decode),
    query: url.searchParams,
    body: parse(Buffer.concat(chunks).toString('utf8')),
  }
}

function decode(segment: string): string {
  try {
    return decodeURIComponent(segment)
  } catch {
    return segment
  }
}

function parse(text: string): unknown {
  if (text === '') return undefined
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}
