import { expect, test } from '@jest/globals'
import { type DeadLetter, namesAsRead } from '../../../functions/core/dead-letter/dead-letter.ts'
import { bodyOf, membership, noon, organization, parse } from '../../support/events.ts'

const letterOf = (body: string): DeadLetter => ({
  ...{ messageId: 'm', receipt: 'r', body, sentAt: noon, receives: 1, reason: 'rejected', trail: undefined },
  attributes: { event: 'in-attributes', target: 'wacht', member: 'wacht/1/2' },
})

test('a letter has the names of its body', () => {
  expect(namesAsRead(letterOf(bodyOf({ id: 'in-body' })), parse, noon)).toMatchObject({
    ...{ event: 'in-body', target: 'wacht', member: `wacht/${organization}/${membership}` },
  })
})

test('a letter that a bug of the parser cannot read has the names of its attributes', () => {
  const broken = () => {
    throw new Error('a bug')
  }
  expect(namesAsRead(letterOf(bodyOf()), broken, noon)).toEqual({
    ...{ event: 'in-attributes', source: null, target: 'wacht', member: 'wacht/1/2' },
  })
})
