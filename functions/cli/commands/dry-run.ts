import type { Change } from '../../core/event/event.ts'
import type { Answer } from '../../core/outcome/http-answer.ts'
import type { Target, TargetRequest } from '../../targets/target.ts'

/** The requests that a change would make. */
export interface Planned {
  readonly request: TargetRequest
  /** The read before the write, if there is one. The write follows only if the state differs. */
  readonly readsFirst?: TargetRequest
}

/** Runs `apply` without sending anything, and returns the requests of a change. */
export async function dryRun(target: Target, { member, desired }: Change): Promise<Planned> {
  const requests: TargetRequest[] = []
  await target.apply(member, desired, async request => {
    requests.push(request)
    return nothingSent
  })
  const request = target.request(member, desired)
  const [first] = requests
  return first?.method === 'GET' ? { request, readsFirst: first } : { request }
}

const nothingSent: Answer = { kind: 'failed', failure: 'no_time', detail: 'a dry run' }
