import type { APIGatewayProxyEventV2 } from 'aws-lambda'
import { type Outcome, type Reply, recordOf, replyTo } from './intake-outcome.ts'
import type { IntakeWorld } from './intake-world.ts'
import { receive } from './receive-delivery.ts'
import { readRequest } from './routed-request.ts'

/** The minimum time for an answer, even if the function's start used up the deadline, in milliseconds. */
const leastMs = 1000

/** Creates the function that answers requests. It always answers before the deadline, and logs each request once. */
export function createIntake(world: IntakeWorld) {
  const { telemetry, now } = world

  return async (event: Partial<APIGatewayProxyEventV2>): Promise<Reply> => {
    const began = now()
    const outcome = await inTime(event, world).catch((error): Outcome => {
      telemetry.trouble('delivery failed; the source gets 503 and must send it again', error)
      return { kind: 'unavailable', source: null, why: 'crash' }
    })
    telemetry.delivery(recordOf(outcome, now() - began))
    return replyTo(outcome)
  }
}

async function inTime(event: Partial<APIGatewayProxyEventV2>, world: IntakeWorld): Promise<Outcome> {
  const { sources, deadlineMs, now } = world
  const request = readRequest(event)
  if (!request) return { kind: 'too_large' }

  const signal = AbortSignal.timeout(timeLeft(request.receivedAt, deadlineMs, now()))
  return within(receive(request, world, signal), signal, () => {
    const source = sources.has(request.source) ? request.source : null
    return { kind: 'unavailable', source, why: 'deadline' }
  })
}

/**
 * The time left for an answer, in milliseconds: until `receivedAt` + `deadlineMs`, at least a second, and at most `deadlineMs`, even if
 * another machine's clock is wrong. `receivedAt` is NaN if unknown.
 */
export const timeLeft = (receivedAt: number, deadlineMs: number, now: number): number =>
  Math.min(Math.max(receivedAt + deadlineMs - now || 0, leastMs), deadlineMs)

/** The result of the work or, after an abort, of `otherwise`. It does not wait for work that still runs then. */
export function within<T>(work: Promise<T>, signal: AbortSignal, otherwise: () => T): Promise<T> {
  return new Promise((resolve, reject) => {
    const end = () => resolve(otherwise())
    if (signal.aborted) end()
    signal.addEventListener('abort', end)
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', end))
  })
}
