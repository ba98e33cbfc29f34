import { expect, test } from '@jest/globals'
import { createAskHolds } from '../../functions/cli/replay/holds.ts'
import type { Change } from '../../functions/core/event.ts'
import { subjects, token, wachtId, wachtIds } from '../support/subjects.ts'

const ask = createAskHolds({ WACHT_TOKEN: token, PROJECT_TOKEN: token })
const change = (desired: Change['desired'], member: string): Change => ({
  ...{ target: '', member, desired },
  version: { time: '', sequence: '', source: '', id: '' },
})

test.each(subjects.filter(({ name }) => name !== wachtId.name))(
  '$name is asked what a member holds, and nothing is written',
  async ({ start, connect, member, before, wanted, held }) => {
    const sandbox = await start()
    const target = connect(sandbox.url)
    const state = JSON.stringify(held(sandbox))
    expect(await ask(target, change(before, member))).toBe('wanted')
    expect(await ask(target, change(wanted, member))).toBe('another')
    expect(JSON.stringify(held(sandbox))).toBe(state)
    const wrong = createAskHolds({ WACHT_TOKEN: 'wrong', PROJECT_TOKEN: 'wrong' })
    expect(await wrong(target, change(before, member))).toBe('unreadable')
    await sandbox.stop()
    expect(await ask(target, change(before, member))).toBe('unreadable')
  },
)

test('a member whom the organization does not list is absent', async () => {
  const sandbox = await wachtIds.start()
  const nobody = wachtIds.member.replace(/\d+$/, '404')
  expect(await ask(wachtIds.connect(sandbox.url), change(wachtIds.before, nobody))).toBe('absent')
  await sandbox.stop()
})

test('a target without a read, or without a token, cannot be asked', async () => {
  const sandbox = await wachtId.start()
  const target = wachtId.connect(sandbox.url)
  const wanted = change(wachtId.before, wachtId.member)
  expect(await ask(target, wanted)).toBe('unreadable')
  expect(await createAskHolds({})(target, wanted)).toBe('unreadable')
  await sandbox.stop()
})
