import { describe, expect, test } from '@jest/globals'
import type { Answer } from '../../functions/core/outcome/http-answer.ts'
import type { TargetRequest } from '../../functions/targets/target.ts'
import { engineerRole, managerRole, organization } from '../support/events.ts'
import { wachtId, wachtIds } from '../support/subjects.ts'

describe.each([wachtId, wachtIds])('$name, asked for the roles of an organization', subject => {
  const ask = async (answer: Omit<Answer & { kind: 'answered' }, 'kind'>) => {
    const sent: TargetRequest[] = []
    const read = await subject.connect('https://wacht.example.com').roles?.(organization, async request => {
      sent.push(request)
      return { kind: 'answered', ...answer }
    })
    return { sent, read }
  }
  const data = [{ id: managerRole, name: 'Manager', permissions: [] }, { id: engineerRole }]

  test('sends one request, for a hundred, its most', async () => {
    const { sent } = await ask({ status: 200, json: { data: [], has_more: false } })
    const url = `https://wacht.example.com/organizations/${organization}/roles?limit=100`
    expect(sent).toEqual([{ method: 'GET', url }])
  })
  test.each([
    [false, true],
    [true, false],
    [undefined, true],
  ])(
    'names each, with the state that a catalogue takes (has_more %s: complete %s)',
    async (more, isComplete) => {
      const { read } = await ask({ status: 200, json: { data, has_more: more } })
      const roles = [
        { name: 'Manager', state: { roleId: managerRole } },
        { name: '', state: { roleId: engineerRole } },
      ]
      expect(read).toEqual({ ok: true, roles, isComplete })
    },
  )
  test('and refused tells the words of the refusal', async () => {
    const { read } = await ask({ status: 403, json: { message: 'not your organization' } })
    const effect = { kind: 'deferred', cause: 'read_failed', status: 403, detail: 'not your organization' }
    expect(read).toEqual({ ok: false, effect })
  })
  test('and throttled tells the delay, also one in words', async () => {
    const { read } = await ask({ status: 429, json: { error: 'Retry after 30 seconds' } })
    expect(read).toMatchObject({ ok: false, effect: { cause: 'throttled', delayMs: 30_000 } })
  })
  test.each([{ data: {} }, { data: [{ name: 'Manager' }] }, []])(
    'takes no list for an empty one: %j',
    async json => {
      const { read } = await ask({ status: 200, json })
      expect(read).toMatchObject({
        ...{ ok: false },
        effect: { cause: 'read_failed', detail: expect.stringContaining('not a list of roles') },
      })
    },
  )
})
