import { createSourceKeys } from '../../functions/aws/source-keys.ts'
import type { DeliveryRecord } from '../../functions/core/intake-metrics.ts'
import { createIntake } from '../../functions/intake/answer-request.ts'
import type { Reply } from '../../functions/intake/intake-outcome.ts'
import type { IntakeWorld } from '../../functions/intake/intake-world.ts'
import type { Declared } from '../../functions/intake/source-kinds.ts'
import { noon, parse } from '../support/events.ts'
import { inBase64, routed, type Sent } from './requests.ts'
import { token } from './subjects.ts'

/** The intake of one source, `there`, in a world that a test changes. */
export function startIntake(declared: Declared, changed: Partial<IntakeWorld> = {}) {
  const world = {
    now: noon,
    secret: JSON.stringify({ token }) as string | undefined | Error,
    reads: 0,
    queue: [] as string[],
    hints: [] as (readonly string[])[],
    sweeps: 0,
    records: [] as DeliveryRecord[],
    troubles: [] as string[],
  }
  const read = async () => {
    world.reads += 1
    if (world.secret instanceof Error) throw world.secret
    return world.secret
  }
  const trouble = (what: string, error: unknown) => {
    world.troubles.push(`${what}: ${(error as Error).message}`)
  }
  const keys = createSourceKeys('there', declared.kind.token, read, () => world.now, trouble)
  const answer = createIntake({
    sources: new Map([['there', { ...declared, keys }]]),
    parse,
    send: async bodies => void world.queue.push(...bodies),
    hint: async members => world.hints.push(members) === 1,
    callSweep: async () => {
      world.sweeps += 1
    },
    telemetry: { delivery: record => world.records.push(record), trouble },
    deadlineMs: 2500,
    now: () => world.now,
    ...changed,
  })
  const read200 = ({ statusCode, body }: Reply) => ({
    status: statusCode,
    ...(body !== undefined && { body: JSON.parse(body) as unknown }),
  })
  return {
    world,
    answer,
    /** The status of the answer, and its body, read. */
    post: async (sent: Sent, to = 'there') => read200(await answer(routed(to, sent))),
    postInBase64: async (sent: Sent) => read200(await answer(inBase64(routed('there', sent)))),
  }
}
