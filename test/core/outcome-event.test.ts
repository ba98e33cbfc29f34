import { expect, test } from '@jest/globals'
import { CloudEvent } from 'cloudevents'
import type { Settled } from '../../functions/core/history/history-item.ts'
import { outcomeEvent, outcomeSource } from '../../functions/core/history/outcome-event.ts'
import { appliedOf } from '../support/entries.ts'
import { noon } from '../support/events.ts'
import { messageOf } from '../support/world.ts'

const member = 'wacht/1/2'
const named = { event: 'e7', source: '//hr', target: 'wacht', member }
const proof = { ...appliedOf(7), message: 'm1', role: 'manager' }
const applied: Settled = {
  ...{ message: messageOf('m1', '{}'), named, version: proof.version },
  verdict: { kind: 'done', outcome: 'applied', proof },
}
const dead: Settled = {
  ...{ message: messageOf('m1', '{}'), named },
  verdict: { kind: 'dead', letter: { reason: 'rejected', detail: 'Jane is unknown', status: 422 } },
}
const told = (settled: Settled, now = noon) => {
  const event = outcomeEvent(settled, outcomeSource('prod'), now, text => text)
  return { ...event, json: JSON.parse(event.body) }
}

test('a proof is told as a CloudEvent of the stage about the member, caused by the event', () => {
  const { json, attributes } = told(applied)
  const { time, sequence } = proof.version
  expect(json).toEqual({
    ...{ specversion: '1.0', type: 'role.change.applied.v1', source: '//role-sync/prod', id: 'm1/applied' },
    ...{ time: new Date(proof.at).toISOString(), subject: member, causationid: proof.version.id },
    datacontenttype: 'application/json',
    data: {
      ...{ outcome: 'applied', event: proof.version.id, source: proof.version.source, role: 'manager' },
      version: { time: `${time}Z`, ...(sequence === '' ? {} : { sequence }) },
      ...{ sentAt: '2026-11-23T12:00:00.000Z', provenAt: new Date(proof.at).toISOString() },
    },
  })
  expect(attributes).toEqual({ source: proof.version.source, target: 'wacht', outcome: 'applied' })
  expect(new CloudEvent(json).validate()).toBe(true)
})

test('a shadowed change is told with what it would have met, and without the state of the target', () => {
  const shadow = { wouldHold: 'burst', shows: 'differs', shown: { roleId: '77' } } as const
  const { json, body } = told({ ...applied, verdict: { kind: 'done', outcome: 'shadow', shadow } })
  expect(json).toMatchObject({
    ...{ type: 'role.change.shadow.v1', id: 'm1/shadow' },
    data: { outcome: 'shadow', wouldHold: 'burst', shows: 'differs', endedAt: '2026-11-23T12:00:00.000Z' },
  })
  expect(body).not.toContain('77')
})

test('a proof tells the guard in shadow mode that would have held it', () =>
  expect(
    told({
      ...applied,
      verdict: { kind: 'done', outcome: 'applied', proof: { ...proof, wouldHold: 'protected' } },
    }).json.data,
  ).toMatchObject({ outcome: 'applied', wouldHold: 'protected' }))

test('a dead message is told with its reason, and without what the target said', () => {
  const { json, body } = told(dead, noon + 1000)
  expect(json).toMatchObject({
    ...{ type: 'role.change.dead.v1', id: 'm1/dead', causationid: 'e7' },
    data: { outcome: 'dead', reason: 'rejected', status: 422, endedAt: '2026-11-23T12:00:01.000Z' },
  })
  expect(json.data).not.toHaveProperty('version')
  expect(body).not.toContain('Jane')
  expect(new CloudEvent(json).validate()).toBe(true)
})

test('a change that a guard holds is told as held, with the guard and without its detail', () => {
  const letter = { reason: 'held', guard: 'protected', detail: 'Jane is the owner' } as const
  const { json, body } = told({ ...dead, verdict: { kind: 'dead', letter } })
  expect(json).toMatchObject({
    type: 'role.change.held.v1',
    id: 'm1/held',
    data: { outcome: 'held', guard: 'protected' },
  })
  expect(json.data).not.toHaveProperty('reason')
  expect(body).not.toContain('Jane')
})

test('a name that could not be read is left out', () => {
  const nameless = { event: null, source: null, target: null, member: null }
  const { json, attributes } = told({ ...dead, named: nameless })
  expect(Object.keys(json).toSorted()).toEqual(
    ['data', 'datacontenttype', 'id', 'source', 'specversion', 'time', 'type'].toSorted(),
  )
  expect(attributes).toEqual({ outcome: 'dead' })
  expect(new CloudEvent(json).validate()).toBe(true)
})

test('what looks like personal data is redacted, also in the attributes', () => {
  const personal = { ...named, event: 'for jane@example.com', source: '//hr/jane@example.com' }
  const { body, attributes } = told({ ...dead, named: personal })
  expect(`${body}${attributes.source}`).not.toMatch(/jane/)
  expect(attributes.source).toBe('[e-mail]')
})

test('SNS takes whatever a producer names: the body is printable ASCII, an attribute has no control characters', () => {
  const strange = { ...named, event: 'é\u0000\uffff\ud83d\ude00', source: 'a\u0001\u0000\uffff' }
  const { body, json, attributes } = told({ ...dead, named: strange })
  expect(body).toMatch(/^[ -~]+$/)
  expect(json.causationid).toBe(strange.event)
  expect(attributes.source).toBe('a\ufffd\ufffd\ufffd')
})
