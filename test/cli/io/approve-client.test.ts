import { afterEach, describe, expect, test } from '@jest/globals'
import { askApprove, openApprove } from '../../../functions/cli/io/approve-client.ts'
import { type Seen, startServer, type TestServer } from '../../support/server.ts'
import { fakeWorld } from '../fake-world.ts'

const change = {
  member: 'wacht/1/2',
  version: { time: '2026-11-23T09:15:00', sequence: '', source: '//hr', id: 'e1' },
  desired: { roleId: '7' },
}

let server: TestServer | undefined
afterEach(async () => {
  await server?.stop()
  server = undefined
})

type Answer = (seen: Seen) => { status: number; body: unknown }

/** Lambda, whose function answers a request so; `urlStatus` is that of GetFunctionUrlConfig. */
async function lambdaOf(answer: Answer, urlStatus = 200) {
  server = await startServer((response, seen) => {
    if (seen.method === 'POST') {
      const { status, body } = answer(seen)
      return void response.writeHead(status).end(JSON.stringify(body))
    }
    const name = urlStatus === 404 ? 'ResourceNotFoundException' : 'AccessDeniedException'
    const found = { FunctionUrl: `${server?.url}/`, AuthType: 'AWS_IAM' }
    response.writeHead(urlStatus, { 'content-type': 'application/json', 'x-amzn-errortype': name })
    response.end(JSON.stringify(urlStatus === 200 ? found : { message: name }))
  })
  return [fakeWorld({ lambda: server.url }).world, 'role-sync-s-approve'] as const
}
const opened = async (answer: Answer, urlStatus = 200) => openApprove(...(await lambdaOf(answer, urlStatus)))
const posts = () => (server?.seen ?? []).filter(({ method }) => method === 'POST')
const approving = (seen: Seen) => {
  const { changes } = JSON.parse(seen.body) as { changes: unknown[] }
  return { status: 200, body: { approver: 'arn:anna', needed: 2, approved: changes.map(() => true) } }
}

test('approvals go to the URL of the function, signed for Lambda as who runs the command', async () => {
  const send = await opened(approving)
  expect(await send([change], 'hash', 'HR-4711')).toEqual({
    approver: 'arn:anna',
    needed: 2,
    approved: [true],
  })
  expect(JSON.parse(posts()[0]?.body ?? '')).toEqual({ plan: 'hash', why: 'HR-4711', changes: [change] })
  expect(posts()[0]?.headers.authorization).toMatch(
    /^AWS4-HMAC-SHA256 Credential=key\/\d{8}\/us-east-1\/lambda\/aws4_request,/,
  )
})

test('many changes go in several requests, and each has its answer', async () => {
  const send = await opened(approving)
  const { approved } = await send(Array(120).fill(change), 'hash', 'HR-4711')
  expect(approved).toHaveLength(120)
  expect(posts().map(({ body }) => JSON.parse(body).changes.length)).toEqual([50, 50, 20])
})

describe('an empty request, which approves nothing, shows', () => {
  test.each([400, 403, 502])('how the function answers: %d', async status => {
    const lambda = await lambdaOf(() => ({ status, body: {} }))
    expect(await askApprove(...lambda)).toBe(status)
    expect(posts().map(({ body }) => body)).toEqual([''])
    expect(posts()[0]?.headers.authorization).toContain('/lambda/aws4_request,')
  })
  test('that there is no such function', async () => {
    expect(await askApprove(...(await lambdaOf(approving, 404)))).toBeUndefined()
  })
  test('that the URL may not be looked up', async () => {
    await expect(askApprove(...(await lambdaOf(approving, 403)))).rejects.toThrow(
      'no permission lambda:GetFunctionUrlConfig',
    )
  })
})

describe('what does not work is one line', () => {
  const failing = async (status: number, body: unknown) => {
    const send = await opened(() => ({ status, body }))
    return send([change], 'hash', 'why')
  }
  test('a stage without guards', async () => {
    await expect(opened(approving, 404)).rejects.toThrow(
      'no guard is declared on this stage: there is no function role-sync-s-approve',
    )
  })
  test('no permission to find the URL', async () => {
    await expect(opened(approving, 403)).rejects.toThrow('no permission lambda:GetFunctionUrlConfig')
  })
  test('no permission to call it', async () => {
    await expect(failing(403, { Message: 'Forbidden' })).rejects.toThrow(
      'no permission lambda:InvokeFunctionUrl and lambda:InvokeFunction on role-sync-s-approve',
    )
  })
  test('a refusal of the function', async () => {
    await expect(failing(403, { detail: 'only an IAM role or an IAM user may approve' })).rejects.toThrow(
      'role-sync-s-approve refuses: only an IAM role or an IAM user may approve',
    )
  })
  test('an answer that is none', async () => {
    await expect(failing(200, { approver: 7 })).rejects.toThrow('role-sync-s-approve answers with status 200')
  })
})
