import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { bodyOf } from '../../../functions/core/event/event-body.ts'
import { anyCharacter } from '../../support/text.ts'

test('a body holds the event, and no character that SQS refuses', () => {
  const text = fc.string({ unit: fc.oneof(fc.constantFrom('\ufffe', '\uffff', '\ufffd'), anyCharacter) })
  fc.assert(
    fc.property(fc.dictionary(text, text), event => {
      const body = bodyOf(event)
      expect(body).not.toMatch(/[\ufffe\uffff]/)
      expect(JSON.parse(body)).toEqual(JSON.parse(JSON.stringify(event)))
    }),
  )
})

test('of all characters only two are written otherwise', () => {
  expect(bodyOf({ id: '\ufffe \uffff \ufffd ü' })).toBe('{"id":"\\ufffe \\uffff \ufffd ü"}')
})
