import { describe, expect, test } from '@jest/globals'
import { signWith } from '../../../functions/aws/reassert-key.ts'
import { maxReassertMs, readReassertion } from '../../../functions/core/event/reassertion.ts'
import { bodyOf, noon } from '../../support/events.ts'
import { reassertion, reassertionOf, reassertKey } from '../../support/reassertions.ts'

const eventIn = (body: string) => JSON.parse(body) as { data: Record<string, unknown> }

describe('a re-assertion', () => {
  test('is read as it was written, with the text that its signature covers', () => {
    const read = readReassertion(reassertionOf(), noon)
    expect(read).toMatchObject({ ok: true, reassertion })
    if (!read?.ok) throw new Error('refused')
    expect(read.named).toEqual({
      ...{ event: 'r1', source: '//role-sync/prod/drift', target: 'wacht', member: reassertion.member },
    })
    expect(read.signature).toBe(signWith(reassertKey)(read.signed))
    expect(read.signed).not.toContain(read.signature)
  })

  test.each<[string, Record<string, unknown>]>([
    ['member', { member: 'wacht/1/3' }],
    ['version', { version: { time: '2026-11-23T09:15:02Z', sequence: '', source: 's', id: 'e1' } }],
    ['end', { expires: new Date(noon + 120_000).toISOString() }],
    ['person', { by: 'arn:aws:iam::123456789012:role/other' }],
    ['plan', { plan: 'b'.repeat(64) }],
  ])('has another signed text with another %s', (_, change) => {
    const event = eventIn(reassertionOf())
    const [before, after] = [event, { ...event, data: { ...event.data, ...change } }].map(each =>
      readReassertion(JSON.stringify(each), noon),
    )
    if (!before?.ok || !after?.ok) throw new Error('refused')
    expect(after.signed).not.toBe(before.signed)
  })

  test('may end at most one hour ahead', () => {
    const ending = (ms: number) => readReassertion(reassertionOf({ expires: noon + ms }), noon)
    expect(ending(maxReassertMs)).toMatchObject({ ok: true })
    expect(ending(maxReassertMs + 1)).toMatchObject({
      ...{
        ok: false,
        reason: 'invalid_event',
        detail: 'data.expires: must be at most one hour ahead of now',
      },
    })
  })

  test.each<[string, object, string]>([
    ['no signature', { signature: undefined }, 'data.signature: is missing'],
    ['a short signature', { signature: 'ab' }, 'data.signature: must be 64 hexadecimal digits'],
    ['a state of its own', { roleId: '1' }, 'data.roleId: is not a known field'],
    ['no end', { expires: undefined }, 'data.expires: is missing'],
    ['no version', { version: undefined }, 'data.version: is missing'],
  ])('with %s is refused, and its names are not believed', (_, change, detail) => {
    const event = eventIn(reassertionOf())
    const read = readReassertion(JSON.stringify({ ...event, data: { ...event.data, ...change } }), noon)
    expect(read).toEqual({
      ...{ ok: false, reason: 'invalid_event', detail },
      named: { event: null, source: null, target: null, member: null },
    })
  })

  test('no other message is one', () => {
    const huge = { ...eventIn(reassertionOf()), more: 'x'.repeat(70_000) }
    for (const body of [bodyOf({}), 'role.reassert.v1', '["role.reassert.v1"]', JSON.stringify(huge)])
      expect(readReassertion(body, noon)).toBeUndefined()
  })
})
