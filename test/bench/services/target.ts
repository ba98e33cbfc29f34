import { createServer } from 'node:http'
import { text } from 'node:stream/consumers'
import { setTimeout as wait } from 'node:timers/promises'
import { listening } from '../../support/server.ts'

/** Wacht in dialect `role_id`, as fast as a server of Node's own can be: the answer shows the role that was asked for. */
export async function startTarget() {
  const state = { delayMs: 0, requests: 0 }
  const server = createServer(async (request, response) => {
    const body = JSON.parse(await text(request)) as { role_id?: string }
    state.requests += 1
    if (state.delayMs > 0) await wait(state.delayMs)
    const [, , organization, , id] = (request.url ?? '').split('/')
    const member = { id, organization_id: organization, role_id: body.role_id, ...user }
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(member))
  })
  server.keepAliveTimeout = 60_000
  return { state, url: `http://127.0.0.1:${await listening(server)}` }
}

const user = {
  joined_at: '2023-11-07T05:31:56Z',
  user: { id: '17', email: 'u17@example.com', username: 'u17', first_name: 'Sample', last_name: 'Person' },
}
