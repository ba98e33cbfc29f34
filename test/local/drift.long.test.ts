import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { UpdateItemCommand } from '@aws-sdk/client-dynamodb'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { runProgram } from '../cli/program.ts'
import { dynamoDbAt } from '../support/aws.ts'
import { wachtEvent } from './sample-events.ts'
import { type StartProcess, startProcess } from './start-process.ts'

/** A drift from end to end: the local stack with guards, so with two function URLs, and the command line, each a process of its own. */

const project = '3c90c3cc-0d44-4b50-8888-8dd25736052a'
const memberId = '5d2e8f10-0000-4000-8000-000000000001'
const member = `project/${project}/${memberId}`
const groupIds = ['a1f0c3cc-0d44-4b50-8888-8dd25736052a']
const folder = mkdtempSync(join(tmpdir(), 'role-sync-drift-'))
const file = (name: string) => join(folder, name)

let run: StartProcess
let env: Record<string, string>
beforeAll(async () => {
  writeFileSync(file('guards.json'), JSON.stringify({ protected: [{ member: 'wacht/1/2', why: 'owner' }] }))
  const settings = ['reassert=on', `guards=${file('guards.json')}`].flatMap(each => ['-c', each])
  run = startProcess(['--serve', '--events', '/dev/null', ...settings])
  env = (await run.until(line => 'env' in line)).env as Record<string, string>
})
afterAll(async () => {
  await run.kill('SIGKILL')
  rmSync(folder, { recursive: true })
})

const cli = (...args: string[]) => runProgram(args, { ...env, AWS_ACCESS_KEY_ID: 'anna' })

/** The project API, as somebody in its console uses it. */
const atTarget = async (method: 'GET' | 'PUT', path: string, body?: object) => {
  const answer = await fetch(`${env.PROJECT_URL}/api/projects/${project}/members${path}`, {
    ...{
      method,
      headers: { authorization: `Bearer ${env.PROJECT_TOKEN}`, 'content-type': 'application/json' },
    },
    ...(body && { body: JSON.stringify(body) }),
  })
  return answer.json()
}

/** Invokes the sweep. `continue` is what its schedule sends. */
const sweep = async (request: object) => {
  const url = `${env.AWS_ENDPOINT_URL_LAMBDA}/2015-03-31/functions/role-sync-local-sweep/invocations`
  const answer = await fetch(url, { method: 'POST', body: JSON.stringify(request) })
  return answer.json()
}

/** Makes a proof of the member an hour older: what was proven less than a minute ago is in flight, and no drift. */
async function age(proof: 'applied' | 'reasserted[0]'): Promise<void> {
  const dynamodb = dynamoDbAt(env.AWS_ENDPOINT_URL_DYNAMODB!)
  const update = new UpdateItemCommand({
    TableName: env.LEDGER_TABLE,
    Key: { member: { S: member } },
    UpdateExpression: `SET ${proof}.#at = ${proof}.#at - :hour`,
    ExpressionAttributeNames: { '#at': 'at' },
    ExpressionAttributeValues: { ':hour': { N: '3600000' } },
  })
  await dynamodb.send(update)
  dynamodb.destroy()
}

test('what somebody changes at the target is planned, and what is applied is written again', async () => {
  const data = { target: 'project', projectId: project, memberId, groupIds, owner: true }
  writeFileSync(file('event.json'), JSON.stringify({ ...wachtEvent('one'), data }))
  expect(await cli('send', file('event.json'))).toMatchObject({ code: 0 })
  await run.until(line => line.event === 'one' && line.outcome === 'applied')
  await age('applied')
  await atTarget('PUT', `/${memberId}`, { groupIds: [], owner: false })

  expect(await sweep({ action: 'run', scope: `project/${project}` })).toMatchObject({
    kind: 'read',
    drift: 1,
  })
  const planned = await cli('drift', 'plan', '--scope', `project/${project}`, '--out', file('plan.json'))
  expect(planned).toMatchObject({ code: 0, out: expect.stringContaining(member) })
  expect(
    await cli('drift', 'apply', file('plan.json'), '--why', 'nobody asked for it', '--yes'),
  ).toMatchObject({ code: 0 })
  expect(await run.until(line => line.outcome === 'reasserted')).toMatchObject({ member })
  const shown = (await atTarget('GET', '?page=1&perPage=100')) as {
    results: { id: string; groups: { id: string }[]; owner: boolean }[]
  }
  const { groups, owner } = shown.results.find(({ id }) => id === memberId)!
  expect({ groups: groups.map(({ id }) => id), owner }).toEqual({ groups: groupIds, owner: true })
  // What was proven since is looked at, and is no drift any more.
  expect(await sweep({ action: 'continue' })).toMatchObject({ kind: 'read', looked: 1, drift: 0 })
})

test('a drift can be accepted: it becomes the newest change, by an event of who accepts it', async () => {
  await age('reasserted[0]')
  await atTarget('PUT', `/${memberId}`, { groupIds: [], owner: false })
  const { out, code } = await cli('drift', 'accept', member, '--by', 'anna')
  expect(code).toBe(0)
  writeFileSync(file('accepted.json'), out)
  expect(await cli('send', file('accepted.json'))).toMatchObject({ code: 0 })
  const { id } = JSON.parse(out) as { id: string }
  await run.until(line => line.event === id && line.outcome === 'applied')
})
