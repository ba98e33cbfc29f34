import { describe, expect, test } from '@jest/globals'
import { refuseUndeployed } from '../../../functions/cli/io/deployed-catalogue.ts'
import { createEventParser } from '../../../functions/core/event/event-parser.ts'
import { type Catalogue, catalogueHash } from '../../../functions/core/event/role-catalogue.ts'
import { kinds } from '../../../functions/targets/index.ts'
import {
  bodyOf,
  catalogue,
  managerRole,
  noon,
  organization,
  personData,
  projectId,
  withData,
} from '../../support/events.ts'

/** What becomes of a body where this catalogue is deployed, and all roles of the tests are known here. */
const where = (deployed: Catalogue, body: string): string => {
  const parse = refuseUndeployed(createEventParser(kinds, catalogue), createEventParser(kinds, deployed))
  const parsed = parse(body, noon)
  return parsed.ok ? 'accepted' : `${parsed.reason}: ${parsed.detail}`
}
const manager = withData({ roleId: undefined, role: 'manager' })
const person = bodyOf({ data: personData })
const refused = (what: string) =>
  `unknown_role: not deployed yet: role ${what}; deploy the role catalogue first`

describe('an event is held against the deployed catalogue', () => {
  test('a role that means the same there is accepted', () => {
    const same = { manager: { project: catalogue.manager!.project!, wacht: catalogue.manager!.wacht! } }
    expect({ ofMember: where(same, manager), ofPerson: where(same, person) }).toEqual({
      ofMember: 'accepted',
      ofPerson: 'accepted',
    })
  })
  test('a role that is not there, or not for this scope, is refused with its name', () => {
    expect(where({}, manager)).toBe(refused('manager'))
    expect(where({ manager: { wacht: { 7: { roleId: managerRole } } } }, manager)).toBe(refused('manager'))
    expect(where({}, person)).toBe(refused('manager'))
  })
  test('a role that is there with another id is refused: another request would be made', () => {
    const other = { manager: { wacht: { [organization]: { roleId: '5' } } } }
    expect(where(other, manager)).toBe(refused('manager with this state'))
  })
  test('a person’s role that is there for fewer or more scopes is refused', () => {
    const fewer = { manager: { project: { [projectId]: { groupIds: [], owner: true } } } }
    expect(where(fewer, person)).toBe(refused('manager with these scopes'))
  })
  test('an event that names ids needs no role, and one that is invalid here says why', () => {
    expect(where({}, bodyOf())).toBe('accepted')
    expect(where({}, 'nope')).toBe('invalid_event: (body): must be JSON')
  })
})

test('the hash of a catalogue does not depend on the order of its keys', () => {
  const reversed = Object.fromEntries(Object.entries(catalogue).toReversed())
  const text = (given: string) => given
  expect(catalogueHash(reversed, text)).toBe(catalogueHash(catalogue, text))
  expect(catalogueHash({}, text)).not.toBe(catalogueHash(catalogue, text))
})
