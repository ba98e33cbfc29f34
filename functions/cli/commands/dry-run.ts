import type { Change } from '../../core/event/event.ts'
import type { Answer } from '../../core/outcome/http-answer.ts'
import type { Target, TargetRequest } from '../../targets/target.ts'

/** What a target would be sent for a change. */
export interface Planned {
  readonly request: TargetRequest
  /** What the target reads before it writes, where it does; the write comes only if that shows another state. */
  readonly readsFirst?: TargetRequest
}

/** Finds out, by a rehearsal in which nothing is sent, what would be sent for a change. */
export async function rehearse(target: Target, { member, desired }: Change): Promise<Planned> {
  const heard: TargetRequest[] = []
  await target.apply(member, desired, async request => {
    heard.push(request)
    return nothingSent
  })
  const request = target.request(member, desired)
  const [first] = heard
  return first?.method === 'GET' ? { request, readsFirst: first } : { request }
}

const nothingSent: Answer = { kind: 'failed', failure: 'no_time', detail: 'a rehearsal' }
