import type * as people from '../../functions/aws/person-memory.ts'
import type * as reassertKey from '../../functions/aws/reassert-key.ts'
import type * as secrets from '../../functions/aws/target-credentials.ts'
import type * as letters from '../../functions/core/dead-letter/replay-verdict.ts'
import type * as event from '../../functions/core/event/event-parser.ts'
import type * as guards from '../../functions/core/guard/guard-trial.ts'
import type * as owners from '../../functions/core/guard/last-owner.ts'
import type * as sender from '../../functions/core/guard/sender.ts'
import type * as due from '../../functions/due/send-due.ts'
import type * as drift from '../../functions/reassert/reassert-drift.ts'
import type * as breaker from '../../functions/sync/breaker.ts'
import type * as consumer from '../../functions/sync/consumer.ts'
import type * as authorized from '../../functions/targets/authorized-http.ts'
import type * as targets from '../../functions/targets/index.ts'

/** The code under simulation: the very modules that ship. */
export type Code = Pick<typeof consumer, 'createConsumer'> &
  Pick<typeof event, 'createEventParser'> &
  Pick<typeof letters, 'planLetter'> &
  Pick<typeof guards, 'createGuardModes' | 'peopleIn'> &
  Pick<typeof owners, 'createOwners'> &
  Pick<typeof sender, 'senderOf'> &
  Pick<typeof breaker, 'createBreaker'> &
  Pick<typeof due, 'createDueRound'> &
  Pick<typeof authorized, 'authorized'> &
  Pick<typeof secrets, 'createCredentials'> &
  Pick<typeof people, 'createPersonMemory' | 'createRosterMemory'> &
  Pick<typeof reassertKey, 'createReassertKey'> &
  Pick<typeof drift, 'createWithdrawn' | 'reassertDrift'> &
  Pick<typeof targets, 'kinds' | 'parseCatalogue'>

/** Loads the code; `variant` is a query that a loader hook may answer with a mutated source. */
export async function loadCode(variant = ''): Promise<Code> {
  const [
    consumer,
    event,
    letters,
    guards,
    owners,
    sender,
    breaker,
    due,
    authorized,
    secrets,
    people,
    reassertKey,
    drift,
    targets,
  ] = await Promise.all([
    import(`../../functions/sync/consumer.ts${variant}`),
    import(`../../functions/core/event/event-parser.ts${variant}`),
    import(`../../functions/core/dead-letter/replay-verdict.ts${variant}`),
    import(`../../functions/core/guard/guard-trial.ts${variant}`),
    import(`../../functions/core/guard/last-owner.ts${variant}`),
    import(`../../functions/core/guard/sender.ts${variant}`),
    import(`../../functions/sync/breaker.ts${variant}`),
    import(`../../functions/due/send-due.ts${variant}`),
    import(`../../functions/targets/authorized-http.ts${variant}`),
    import(`../../functions/aws/target-credentials.ts${variant}`),
    import(`../../functions/aws/person-memory.ts${variant}`),
    import(`../../functions/aws/reassert-key.ts${variant}`),
    import(`../../functions/reassert/reassert-drift.ts${variant}`),
    import(`../../functions/targets/index.ts${variant}`),
  ])
  return {
    ...consumer,
    ...event,
    ...letters,
    ...guards,
    ...owners,
    ...sender,
    ...breaker,
    ...due,
    ...authorized,
    ...secrets,
    ...people,
    ...reassertKey,
    ...drift,
    ...targets,
  }
}
