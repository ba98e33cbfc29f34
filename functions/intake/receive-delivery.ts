import type { SourceKeys } from '../aws/source-keys.ts'
import { intakeSender } from '../core/guard/sender.ts'
import { admit } from './admit-events.ts'
import type { Outcome } from './intake-outcome.ts'
import type { IntakeWorld, SourceWithKeys } from './intake-world.ts'
import type { RoutedRequest } from './routed-request.ts'
import type { IntakeRequest, Translated } from './source-kind.ts'

/** The maximum of events in a delivery: the answer may name each one, and Lambda limits it to 6 MB. */
const maxEvents = 5000

/** Handles one request: verifies, translates, enqueues. `signal` ends the sends to SQS. */
export async function receive(
  request: RoutedRequest,
  { sources, parse, send, hint, callSweep, telemetry, now }: IntakeWorld,
  signal: AbortSignal,
): Promise<Outcome> {
  const found = sources.get(request.source)
  if (!found) return { kind: 'unknown_source' }
  const { name: source, kind, declaration } = found

  const verified = await isVerified(request, found)
  if (verified === 'no_secret') return { kind: 'unavailable', source, why: 'secret' }
  if (!verified) return { kind: 'unauthorized', source }

  if (request.method === 'GET') {
    const challenged = kind.challenge?.(request)
    if (!challenged) return { kind: 'unknown_source' }
    return challenged.ok
      ? { kind: 'challenged', source, answer: challenged.answer }
      : { kind: 'malformed', source, detail: challenged.detail }
  }

  const translated = kind.translate(request, declaration)
  if (!translated.ok) {
    const { detail, unsupported } = translated
    return { kind: unsupported ? 'unsupported' : 'malformed', source, detail }
  }
  if (sizeOf(translated) > maxEvents)
    return { kind: 'malformed', source, detail: `(body): must hold at most ${maxEvents} events` }
  const { bodies, refused } = admit(translated.events, parse, now())
  try {
    await send(bodies, signal, intakeSender(source))
  } catch (error) {
    telemetry.trouble('events not enqueued; the source gets 503 and must send them again', error)
    return { kind: 'unavailable', source, why: 'queue' }
  }
  const { hint: hinted } = translated
  const notCalled = (error: unknown) =>
    telemetry.trouble('sweep not called; it looks at the hint when its schedule calls it', error)
  try {
    // The sweep that is called for the first hint looks at all that come meanwhile.
    if (hinted && (await hint(hinted))) await callSweep().catch(notCalled)
  } catch (error) {
    telemetry.trouble('hint not stored; the source gets 503 and must send it again', error)
    return { kind: 'unavailable', source, why: 'table' }
  }
  return {
    ...{ kind: 'delivered', source, accepted: bodies.length + (hinted ? 1 : 0) },
    refused: [...translated.refused, ...refused].sort((a, b) => a.index - b.index),
    ignored: translated.ignored,
  }
}

const sizeOf = ({ events, refused, ignored }: Extract<Translated, { ok: true }>): number =>
  events.length + refused.length + ignored.length

/** Verifies a request with the known secret and, if that fails, with the secret read again. */
async function isVerified(
  request: IntakeRequest,
  { kind, keys }: SourceWithKeys,
): Promise<boolean | 'no_secret'> {
  const fits = ({ token, previous }: SourceKeys) =>
    [token, previous].some(key => key !== undefined && kind.verify(request, key))
  try {
    const known = await keys.value()
    if (fits(known)) return true
    const fresh = await keys.refreshed(known)
    return fresh !== undefined && fits(fresh)
  } catch {
    return 'no_secret' // the read logs the error
  }
}
