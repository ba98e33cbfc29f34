import * as v from 'valibot'

/** The part of a delivery that is common to its events. */
export const deliverySchema = v.looseObject(
  {
    source: v.pipe(v.string('must be a string'), v.nonEmpty('must not be empty')),
    data: v.looseObject(
      { events: v.array(v.unknown(), 'must be an array of events') },
      'must be an object with events',
    ),
  },
  'must be an object',
)

/** The fields of every event. */
export const anyEventSchema = v.looseObject({ eventType: v.string('must be a string') }, 'must be an object')

/** The fields of a membership event, an object of Okta's System Log. */
export const membershipSchema = v.looseObject({
  uuid: v.pipe(v.string('must be a string'), v.nonEmpty('must not be empty')),
  published: v.string('must be a string'),
  outcome: v.looseObject({ result: v.string('must be a string') }, 'must be an object with a result'),
  target: v.pipe(
    v.array(
      v.looseObject(
        {
          id: v.string('must be a string'),
          type: v.string('must be a string'),
          alternateId: v.nullish(v.string('must be a string')),
        },
        'must be an object',
      ),
      'must be an array',
    ),
    v.check(
      targets =>
        ['User', 'UserGroup'].every(type => targets.filter(target => target.type === type).length === 1),
      'must hold one User and one UserGroup',
    ),
  ),
})

export type Membership = v.InferOutput<typeof membershipSchema>
