import * as v from 'valibot'
import { roleName } from '../../core/event/ids.ts'
import { table } from '../../core/reviewed-table.ts'
import type { SourceKind } from '../source-kind.ts'
import { standardWebhooks } from '../standard-webhooks.ts'
import { type CloudEventsDeclaration, translate } from './translate-cloudevents.ts'

/** A source that sends events of our contract and signs them by Standard Webhooks. */
export const cloudevents: SourceKind<CloudEventsDeclaration> = {
  name: 'cloudevents',
  entries: {
    roles: v.optional(table(roleName, roleName, 'must be an object from names of roles to catalogue roles')),
    source: v.optional(
      v.pipe(
        v.string('must be a string'),
        v.nonEmpty('must not be empty'),
        v.maxLength(512, 'must be at most 512 characters'),
      ),
    ),
  },
  roles: ({ roles = {} }) => Object.entries(roles).map(([name, role]) => ({ path: ['roles', name], role })),
  ...standardWebhooks,
  translate,
}
