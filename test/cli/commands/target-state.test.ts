import { describe, expect, test } from '@jest/globals'
import { dryRun } from '../../../functions/cli/commands/dry-run.ts'
import { createTargetStateReader } from '../../../functions/cli/commands/target-state.ts'
import { targetStateWords } from '../../../functions/cli/commands/target-state-words.ts'
import type { Desired } from '../../../functions/core/ledger/desired-state.ts'
import { changesOf } from '../../../functions/core/ledger/desired-state.ts'
import { faults } from '../../../infra/local/sandbox/faults.ts'
import { groupB } from '../../support/events.ts'
import { projectTarget, type Subject, subjects, token, wachtId, wachtIds } from '../../support/subjects.ts'

const tokens = { WACHT_TOKEN: token, PROJECT_TOKEN: token }

/** Asks a subject's target what a member holds, compared with a state. */
async function ask({ connect, ...subject }: Subject, url: string, state: Desired, env = {}, member?: string) {
  const target = connect(url)
  const name = member ?? subject.member
  const version = { time: '', sequence: '', source: '', id: '' }
  const planned = await dryRun(target, { target: '', member: name, desired: state, version })
  return createTargetStateReader({ ...tokens, ...env })(target, name, planned)
}

const differences: Readonly<Record<string, readonly string[]>> = {
  [wachtIds.name]: [`role_ids: + ${wachtIds.wanted.roleId}, − ${wachtIds.before.roleId}`],
  [projectTarget.name]: [`groupIds: + ${groupB}`, 'owner: true → false'],
}

test.each(subjects.filter(({ reads }) => reads))(
  '$name is asked what a member holds, and the difference is told',
  async subject => {
    const sandbox = await subject.start()
    const target = subject.connect(sandbox.url)
    const state = target.request(subject.member, subject.before).body
    const held = JSON.stringify(subject.held(sandbox))
    expect(await ask(subject, sandbox.url, subject.before)).toEqual({ kind: 'wanted', state })
    expect(await ask(subject, sandbox.url, subject.wanted)).toEqual({
      ...{ kind: 'another', state },
      changes: differences[subject.name],
    })
    const nobody = subject.member.replace(/.$/, '3')
    expect(await ask(subject, sandbox.url, subject.wanted, {}, nobody)).toEqual({ kind: 'absent' })
    expect(JSON.stringify(subject.held(sandbox))).toBe(held)
    await sandbox.stop()
  },
)

describe('what could not be read is told with its cause', () => {
  const { before } = projectTarget
  test('a wrong token, no token, no address, nobody there', async () => {
    const sandbox = await projectTarget.start()
    const unread = async (url: string, env = {}) => {
      const holds = await ask(projectTarget, url, before, env)
      return holds.kind === 'unread' && holds.detail
    }
    expect(await unread(sandbox.url, { PROJECT_TOKEN: 'wrong' })).toMatch(
      /^target rejects the token \(401\): /,
    )
    expect(await unread(sandbox.url, { PROJECT_TOKEN: undefined })).toBe('PROJECT_TOKEN is not set')
    expect(await unread('{PROJECT_URL}')).toBe('PROJECT_URL is not set')
    sandbox.next(projectTarget.member.split('/').slice(0, 2).join('/'), {
      ...faults.error(500),
      on: 'read',
      answer: { status: 400, body: 'x'.repeat(5000) },
    })
    expect(String(await unread(sandbox.url)).length).toBe(300)
    await sandbox.stop()
    expect(await unread(sandbox.url)).toBe('target cannot be reached: ECONNREFUSED')
  })
  test('a target that has no read', async () => {
    expect(await ask(wachtId, 'http://127.0.0.1:1', wachtId.before)).toMatchObject({ kind: 'unread' })
  })
})

test.each<[Desired, Desired, string[]]>([
  [{ a: ['1', '2'] }, { a: ['2', '1'] }, []],
  [{ a: ['1', '1'] }, { a: ['1'] }, []],
  [{ a: [] }, { a: ['1', '2'] }, ['a: + 1, + 2']],
  [{ a: ['1'] }, { a: [] }, ['a: − 1']],
  [{ b: true }, { b: true }, []],
  [{}, { b: false, a: ['1'] }, ['b: (none) → false', 'a: (none) → 1']],
])('from %j to %j there change %j', (state, body, changes) => expect(changesOf(state, body)).toEqual(changes))

test('in words', () => {
  const state = { owner: true }
  expect(targetStateWords({ kind: 'wanted', state })).toBe('the target already shows this state')
  expect(targetStateWords({ kind: 'another', state, changes: ['owner: true → false', 'a: + 1'] })).toBe(
    'the target shows {"owner":true}; changes: owner: true → false; a: + 1',
  )
  expect(targetStateWords({ kind: 'absent' })).toBe('the target shows no such member')
  expect(targetStateWords({ kind: 'unread', detail: 'x' })).toBe('the target could not be read: x')
})
