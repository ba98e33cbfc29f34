import type { ParsedEvent } from '../../functions/core/event/event.ts'
import { createEventParser } from '../../functions/core/event/event-parser.ts'
import type { Catalogue } from '../../functions/core/event/role-catalogue.ts'
import { kinds } from '../../functions/targets/index.ts'

/** Ids as the targets publish them; the i64s lie above 2^53. */
export const organization = '7301954381230018561'
export const membership = '7301954381230018999'
export const managerRole = '7301954381230017001'
export const engineerRole = '7301954381230017002'
export const projectId = '3c90c3cc-0d44-4b50-8888-8dd25736052a'
export const memberId = '3c90c3cc-0d44-4b50-8888-8dd25736052b'
export const groupA = 'aaaaaaaa-0d44-4b50-8888-8dd25736052a'
export const groupB = 'bbbbbbbb-0d44-4b50-8888-8dd25736052a'

/** The clock of the event tests: milliseconds since 1970. */
export const noon = Date.parse('2026-11-23T12:00:00Z')

export const catalogue: Catalogue = {
  manager: {
    wacht: { [organization]: { roleId: managerRole } },
    project: { [projectId]: { groupIds: [groupA], owner: true } },
  },
  reader: { withdraws: true, project: { [projectId]: { groupIds: [], owner: false } } },
}

type Fields = Readonly<Record<string, unknown>>

export const wachtData: Fields = {
  ...{ target: 'wacht', organizationId: organization, membershipId: membership, roleId: managerRole },
}
export const projectData: Fields = {
  ...{ target: 'project', projectId, memberId, groupIds: [groupB, groupA], owner: false },
}

export const personData: Fields = { person: { email: 'Jane.Doe@Example.com' }, role: 'manager' }

/** A valid event, with some fields set otherwise; a field that is undefined is left out. */
export const eventOf = (fields: Fields = {}): Fields => ({
  ...{ specversion: '1.0', id: 'wd-2026-000123', source: '//workday.example.com/role-changes' },
  ...{ type: 'role.changed.v1', time: '2026-11-23T09:15:00.250Z', data: wachtData },
  ...fields,
})

/** The body of a valid event whose `data` has some fields set otherwise. */
export const withData = (fields: Fields, data = wachtData): string => bodyOf({ data: { ...data, ...fields } })

export const bodyOf = (fields: Fields = {}): string => JSON.stringify(eventOf(fields))

const parseEvent = createEventParser(kinds, catalogue)

export const parse = (body: string, now = noon): ParsedEvent => parseEvent(body, now)

/** What became of a body, as one line: `accepted`, or the reason and the detail. */
export const refusal = (body: string, now = noon): string => {
  const parsed = parse(body, now)
  return parsed.ok ? 'accepted' : `${parsed.reason}: ${parsed.detail}`
}
