import { afterEach, expect, test } from '@jest/globals'
import type { Outcome } from '../../infra/local/outcomes/message-outcome.ts'
import { editStory, putRight, type SampleEdit } from '../../infra/local/sample/put-right.ts'
import { json, type Seen, startServer } from '../support/server.ts'

const edit: SampleEdit = {
  ...{ events: new Set(['wd-22', 'other']), member: 'project/p/m', projectId: 'p', memberId: 'm' },
  groupIds: ['editors'],
}
const again = { member: 'project/p/m', outcome: 'reasserted' } as Outcome

test('the story says what somebody did, what the sweep found, and that it is put right', () => {
  expect(editStory(edit, [again], { drift: 1, sent: 1 })).toEqual([
    'Somebody put the member of wd-22 back into a group, at the target itself.',
    'The sweep found that the target does not show what is applied.',
    'The scope has such drift written again by itself, so it was put right.',
  ])
})

test.each<[string, Outcome[]]>([
  ['nothing was sent', []],
  ['another member was put right', [{ ...again, member: 'project/p/x' }]],
])('the story says what to do where %s, and is none where nothing was found', (_, outcomes) => {
  expect(editStory(edit, outcomes, { drift: 1, sent: 0 }).at(-1)).toBe(
    'It was not put right. `npx role-sync drift plan` shows it.',
  )
  expect(editStory(edit, outcomes, { drift: 0, sent: 0 })).toEqual([])
  expect(editStory(edit, outcomes, undefined)).toEqual([])
})

let stop = async () => {}
afterEach(() => stop())

/** A target and a Lambda in one server, which answers by the end of the path. */
async function served(answers: Readonly<Record<string, object>>) {
  const seen: string[] = []
  const server = await startServer((response, { method, url, body }: Seen) => {
    const [, name] = /([\w-]+?)(?:\/invocations)?$/.exec(url) as unknown as [string, string]
    seen.push(`${method} ${url} ${body}`)
    json(response, 200, answers[name] ?? {})
  })
  stop = server.stop
  const env = { AWS_ENDPOINT_URL_LAMBDA: server.url, PROJECT_URL: server.url, PROJECT_TOKEN: 't' }
  return { seen, env: { ...env, ROLE_SYNC_STAGE: 'local' } }
}

test('the member is edited, then read by the sweep, then asked for', async () => {
  const { seen, env } = await served({
    'role-sync-local-sweep': { drift: 1 },
    'role-sync-local-reassert': { sent: 1 },
  })
  expect(await putRight(edit, env, new AbortController().signal)).toEqual({ drift: 1, sent: 1 })
  const functions = '/2015-03-31/functions'
  expect(seen).toEqual([
    'PUT /api/projects/p/members/m {"groupIds":["editors"],"owner":false}',
    `POST ${functions}/role-sync-local-sweep/invocations {"action":"run","scope":"project/p"}`,
    `POST ${functions}/role-sync-local-reassert/invocations {"action":"reassert"}`,
  ])
})

test('a function that fails is an error', async () => {
  const { env } = await served({ 'role-sync-local-sweep': { errorMessage: 'no table' } })
  await expect(putRight(edit, env, new AbortController().signal)).rejects.toThrow('no table')
})
