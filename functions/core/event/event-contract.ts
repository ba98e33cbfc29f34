import * as v from 'valibot'
import { asObject } from '../json.ts'
import type { Desired } from '../ledger/desired-state.ts'
import { personData } from '../people/person-event.ts'
import { timestamp } from './dates.ts'
import { nameText } from './ids.ts'
import type { Catalogue, UnknownRole } from './role-catalogue.ts'

/** The type of a message that asks to write again what the ledger has as applied (functions/README.md#re-assertions). It is no event. */
export const reassertType = 'role.reassert.v1'

/** A target's part in parsing events. `Data` is the output of its schema. */
export interface EventKind<Data = never> {
  readonly name: string
  readonly data: v.GenericSchema<unknown, Data>
  readonly member: (data: Data) => string
  readonly desired: (data: Data, catalogue: Catalogue) => Desired | UnknownRole
}

/** The schema of `data` of an event that names a member: one variant for each target. */
export function memberData(kinds: readonly EventKind[]) {
  const names = kinds.map(kind => kind.name)
  return v.variant('target', kinds.map(kind => kind.data) as unknown as [typeof anyData], issue =>
    issue.path ? `must be one of ${names.join(', ')}` : 'must be an object',
  )
}

/** The event contract (functions/README.md#the-event) as one schema. `data` names a member or a person. */
export function eventSchema(kinds: readonly EventKind[]) {
  const member = memberData(kinds)
  return envelope(v.lazy(data => (namesPerson(data) ? personData : member)))
}

/** The event's attributes, around its `data`. */
export function envelope<Data extends v.GenericSchema>(data: Data) {
  return v.looseObject(
    {
      specversion: v.literal('1.0', 'must be "1.0"'),
      id: nameText(256),
      source: nameText(512),
      type: v.literal('role.changed.v1', 'must be "role.changed.v1"'),
      time: timestamp,
      // CloudEvents JSON format, 2.2: an attribute that is null is unset.
      sequence: v.nullish(
        v.pipe(
          v.string('must be a string of decimal digits'),
          v.regex(/^[0-9]{1,30}$/, 'must be 1 to 30 decimal digits'),
        ),
      ),
      data,
    },
    'must be a JSON object',
  )
}

/** The largest body of an event, in bytes. */
export const maxEventBytes = 65_536

const anyData = v.object({ target: v.string() })

/** Whether `data` names a person instead of a target. */
export function namesPerson(data: unknown): boolean {
  const { target, person } = asObject(data) ?? {}
  return target === undefined && person !== undefined
}
