import { expect, test } from '@jest/globals'
import { intakeSender, senderOf } from '../../../functions/core/guard/sender.ts'

const trusted = new Set(['AROAINTAKE'])

test.each<[string, string | undefined, string | undefined, string]>([
  [
    'a role is named by its unique id, without the session it chose',
    'AROAROLE:intake',
    undefined,
    'AROAROLE',
  ],
  ['a user is named by its unique id', 'AIDAUSER', undefined, 'AIDAUSER'],
  ['what a producer claims is not believed', 'AROAROLE:x', 'intake/okta', 'AROAROLE'],
  [
    'a session with the id of a trusted role is not believed',
    'AROAROLE:AROAINTAKE',
    'intake/okta',
    'AROAROLE',
  ],
  ['what a function of role-sync says is believed', 'AROAINTAKE:fn', 'intake/okta', 'intake/okta'],
  ['a function of role-sync that says nothing is named itself', 'AROAINTAKE:fn', undefined, 'AROAINTAKE'],
  ['a name that is none is not believed', 'AROAINTAKE:fn', 'intake okta', 'AROAINTAKE'],
  ['a name that is too long is not believed', 'AROAINTAKE:fn', 'x'.repeat(129), 'AROAINTAKE'],
  ['an id is bounded', 'x'.repeat(300), undefined, 'x'.repeat(128)],
  ['nobody is named', undefined, 'intake/okta', ''],
])('%s', (_, senderId, claimed, sender) => expect(senderOf(senderId, claimed, trusted)).toBe(sender))

test('a source of the intake is named with its function', () =>
  expect(intakeSender('okta')).toBe('intake/okta'))

test('without trusted functions no claim is believed, also where SQS names nobody', () =>
  expect(senderOf('', 'intake/okta', new Set())).toBe(''))
