import { describe, expect, test } from '@jest/globals'
import type { Answer } from '../../functions/core/outcome/http-answer.ts'
import { firstPage } from '../../functions/targets/people-page.ts'
import { heavy, mebibyte, nameAt, wayTo } from '../support/rosters.ts'
import { projectTarget, wachtId, wachtIds } from '../support/subjects.ts'

const at = 'http://h.example'
const unread = {
  kind: 'unread',
  detail: expect.stringMatching(/^the state cannot be read \(200\): .*over 1 MiB for one member alone/),
}
const large = mebibyte + 1

test.each([wachtId, wachtIds, projectTarget])(
  '$name: a search for people finds nobody where one member alone is too large: it could be any of them',
  async subject => {
    const { http } = wayTo(subject, { weights: heavy(60).with(40, large) })
    const [, scope = ''] = subject.member.split('/')
    const target = subject.connect(at)
    let read = await target.people(scope, firstPage, http)
    while (read.ok && read.next !== undefined) read = await target.people(scope, read.next, http)
    expect(read).toMatchObject({
      effect: { cause: 'read_failed', detail: expect.stringMatching(/over 1 MiB for one member alone/) },
    })
  },
)

describe.each([wachtIds, projectTarget])(
  '$name, whose list has a member that alone is too large',
  subject => {
    const reading = (weights: readonly number[], total = true) => {
      const { http, sizes } = wayTo(subject, { weights, total })
      const target = subject.connect(at)
      return { sizes, of: (n: number) => target.read?.(nameAt(subject, n), http) }
    }

    test.each([true, false])('shows those before it and behind it, and nobody is absent', async total => {
      const { of } = reading(heavy(60).with(40, large), total)
      for (const n of [39, 41, 59, 0]) expect(await of(n)).toMatchObject({ kind: 'holds' })
      for (const n of [40, 60, 61]) expect(await of(n)).toMatchObject(unread)
      for (const n of [59, 0, 42]) expect(await of(n)).toMatchObject({ kind: 'holds' })
    })

    test.each([0, 59])('and be it at one end, the member %d', async n => {
      const { of } = reading(heavy(60).with(n, large))
      for (const other of [1, 30, 58]) expect(await of(other)).toMatchObject({ kind: 'holds' })
      for (const none of [n, 60]) expect(await of(none)).toMatchObject(unread)
    })

    test('shows who stands between several of them', async () => {
      const { of } = reading(heavy(60).with(10, large).with(30, large))
      for (const n of [9, 20, 50]) expect(await of(n)).toMatchObject({ kind: 'holds' })
      for (const n of [10, 30, 60]) expect(await of(n)).toMatchObject(unread)
    })

    test('shows one who stood where a member stands now that has grown too large', async () => {
      const weights = heavy(60)
      const { of } = reading(weights)
      expect(await of(2)).toMatchObject({ kind: 'holds' })
      weights[0] = large
      expect(await of(2)).toMatchObject({ kind: 'holds' })
    })

    test('is given up where two of them stand together: a target may send all of it whatever is asked', async () => {
      const { of, sizes } = reading(new Array<number>(500).fill(large))
      expect(await of(499)).toMatchObject(unread)
      expect(sizes).toEqual([100, 50, 25, 12, 6, 3, 1, 1])
    })

    test('is read-back that failed, never a missing effect', async () => {
      const { http } = wayTo(subject, { weights: heavy(60).with(40, large) })
      const written: Answer = { kind: 'answered', status: 200, json: {} }
      const effect = await subject
        .connect(at)
        .apply(nameAt(subject, 40), subject.wanted, async request =>
          request.method === 'GET' ? http(request) : written,
        )
      const cause = subject === wachtIds ? 'read_failed' : 'read_back_failed'
      expect(effect).toMatchObject({ cause })
    })
  },
)
