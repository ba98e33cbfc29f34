import type { APIGatewayProxyEventV2 } from 'aws-lambda'
import type * as v from 'valibot'
import { plannedChanges, readCall, reply, type UrlCaller, type UrlReply } from '../aws/function-url.ts'
import { maxReassertMs, type Reassertion, reassertionBody } from '../core/event/reassertion.ts'
import { forEachOf } from '../core/for-each-of.ts'
import { isApplied } from '../core/ledger/open-entry.ts'
import type { LedgerStore, Queues } from '../core/ports.ts'

/** How many entries are read at once. */
const parallel = 16

/** How long a re-assertion holds, in milliseconds: less than the most, so that a clock that is behind takes it too. */
const holdsMs = maxReassertMs - 300_000

const body = plannedChanges({})

type Asked = v.InferOutput<typeof body>

/** The dependencies of the reassert function. */
export interface ReassertWorld {
  readonly read: LedgerStore['read']
  /** Rejects if SQS refuses or does not answer; some messages may have been sent. */
  readonly enqueue: Queues['enqueue']
  /** Makes the signature of a text. Rejects if the key is not readable. */
  readonly sign: () => Promise<(text: string) => string>
  /** The CloudEvents `source` of its messages. */
  readonly source: string
  readonly newId: () => string
  /** Milliseconds since 1970. */
  readonly now: () => number
  readonly log: {
    readonly reassertion: (record: ReassertRecord) => void
    readonly trouble: (what: string, error: unknown) => void
  }
}

/** One change that was asked for: one log line. */
export interface ReassertRecord {
  readonly by: string
  readonly member: string
  /** The event that is applied. */
  readonly event: string
  readonly source: string
  /** Absent if no person asked. */
  readonly plan?: string
  readonly why?: string
  /** False if this version is not applied any more: then nothing is sent. */
  readonly sent: boolean
}

/** The answer to a request that was read. */
export interface ReassertAnswer {
  readonly by: string
  /** For each change of the request, in its order: false if its version is not applied any more. */
  readonly sent: readonly boolean[]
}

/** Creates the function that answers requests of the function URL. `invocation`: the id of the invocation. */
export function createReassert(
  world: ReassertWorld,
): (event: Partial<APIGatewayProxyEventV2>, invocation: string) => Promise<UrlReply> {
  return async (event, invocation) => {
    const call = readCall(event, invocation, 're-assert', body)
    if (!call.ok) return reply(call.status, { detail: call.detail })
    try {
      const answer: ReassertAnswer = {
        by: call.caller.principal,
        sent: await send(call.body, call.caller, world),
      }
      return reply(200, answer)
    } catch (error) {
      world.log.trouble('re-assertions not sent; the caller gets 503 and must run the command again', error)
      return reply(503, { detail: 're-assertions not sent; run the command again' })
    }
  }
}

/** Sends what is still applied. The sender of the messages is the caller. */
async function send(
  { plan, why, changes }: Asked,
  { principal: by, id }: UrlCaller,
  world: ReassertWorld,
): Promise<boolean[]> {
  const { read, enqueue, sign, log } = world
  const applied: boolean[] = []
  await forEachOf(changes.entries(), parallel, async ([index, { member, version }]) => {
    applied[index] = isApplied((await read(member))?.applied, version)
  })
  const signer = await sign()
  const sent = changes.filter((_, index) => applied[index])
  const bodies = signedBodies(sent, { by, plan }, world, signer)
  if (bodies.length > 0) await enqueue(bodies, id)
  for (const [index, { member, version }] of changes.entries()) {
    const names = { member, event: version.id, source: version.source }
    log.reassertion({ by, ...names, plan, why, sent: applied[index] === true })
  }
  return applied
}

/** The signed messages for these members, each with the version that must still be applied. */
export function signedBodies(
  changes: readonly Pick<Reassertion, 'member' | 'version'>[],
  asked: Pick<Reassertion, 'by' | 'plan'>,
  { source, newId, now }: Pick<ReassertWorld, 'source' | 'newId' | 'now'>,
  sign: (text: string) => string,
): string[] {
  const expires = now() + holdsMs
  return changes.map(change =>
    reassertionBody({ ...change, ...asked, expires }, { id: newId(), source }, sign),
  )
}
