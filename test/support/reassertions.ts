import { signWith } from '../../functions/aws/reassert-key.ts'
import { type Reassertion, reassertionBody } from '../../functions/core/event/reassertion.ts'
import { noon } from './events.ts'
import { memberName } from './world.ts'

export const reassertKey = 'a key of re-assertions'

/** A re-assertion of the first change of a member (`change` of `world.ts`), with half an hour to go. */
export const reassertion: Reassertion = {
  member: memberName(),
  version: {
    ...{ time: '2026-11-23T09:15:01', sequence: '', source: '//workday.example.com/role-changes', id: 'e1' },
  },
  expires: noon + 1_800_000,
  by: 'arn:aws:iam::123456789012:role/operators',
  plan: 'a'.repeat(64),
}

/** The body of a re-assertion, signed by `key`. */
export const reassertionOf = (fields: Partial<Reassertion> = {}, key = reassertKey): string =>
  reassertionBody(
    { ...reassertion, ...fields },
    { id: 'r1', source: '//role-sync/prod/drift' },
    signWith(key),
  )
