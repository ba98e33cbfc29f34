import { setTimeout as wait } from 'node:timers/promises'
import { synthesizeLocal } from '../../../infra/local/run/local-synthesis.ts'
import { readOptions } from '../../../infra/local/run/run-options.ts'
import { startStack } from '../../../infra/local/stack/local-stack.ts'
import { signed } from '../../intake/requests.ts'
import { median } from '../measure.ts'
import type { Section } from '../section.ts'

/** The deliveries of the honest source, and the requests without a valid signature, each in a second. */
const honestRate = 50
const strangersRate = 200

/** Requests in flight at once, of the honest source and of the strangers each. */
const mostInFlight = 8

/** What one round is played with. */
interface Round {
  readonly what: string
  readonly strangers: number
  /** CDK context over what ships. */
  readonly context?: Readonly<Record<string, string>>
}

const rounds: readonly Round[] = [
  { what: 'honest source alone', strangers: 0 },
  { what: 'beside strangers', strangers: strangersRate },
  {
    what: 'beside strangers, the limit at the honest rate',
    strangers: strangersRate,
    context: { intakeRequestsPerSecond: String(honestRate), intakeBurst: String(2 * honestRate) },
  },
]

/** What is left of an honest source's throughput at the local intake: the shipped bundle behind the template's limits. */
export async function intake(seconds: number): Promise<Section> {
  const rows: Section['rows'][number][] = []
  for (const round of rounds) rows.push(await play(round, seconds))
  return {
    title: `Intake: ${honestRate} signed deliveries a second beside ${strangersRate} requests a second without a valid signature`,
    note: `local stack, one machine for senders and functions; ${seconds} s a round; strangers send to the honest source's address with a made-up signature`,
    rows,
  }
}

async function play({ what, strangers, context = {} }: Round, seconds: number) {
  const read = readOptions([], {})
  if (!read.ok) throw new Error(read.text)
  const options = { ...read.options, context: { ...read.options.context, ...context } }
  const nowhere = { wacht: 'http://127.0.0.1:9', project: 'http://127.0.0.1:9' }
  const synthesis = await synthesizeLocal(options, nowhere)
  const nothing = () => {}
  const stack = await startStack({
    ...{ template: synthesis.template, assetOf: synthesis.assetOf, secrets: synthesis.secrets },
    ...{ port: 0, region: 'us-east-1', onTurn: nothing, onLine: nothing, onTrouble: nothing },
    ...{ onReceived: nothing, onSettled: async () => {} },
  })
  try {
    const send = senderTo(`${stack.apiUrl}/sources/hr`)
    const [ours, theirs] = [
      synthesis.sourceTokens.get('hr')!,
      `whsec_${Buffer.alloc(32, 'x').toString('base64')}`,
    ]
    // Starts as many instances as there will be requests at once.
    await Promise.all(Array.from({ length: 2 * mostInFlight }, (_, n) => send(ours, `warm-${n}`)))
    const [honest, others] = await Promise.all([
      at(honestRate, seconds, n => send(ours, `honest-${n}`)),
      at(strangers, seconds, n => send(theirs, `stranger-${n}`)),
    ])
    const accepted = honest.filter(({ status }) => status === 202)
    const times = accepted.map(({ ms }) => ms).toSorted((a, b) => a - b)
    return {
      what,
      'honest sent': honest.length,
      'honest accepted': accepted.length,
      'accepted, %': Math.round((100 * accepted.length) / honest.length),
      'p50 ms': Math.round(median(times)),
      'p99 ms': Math.round(times[Math.floor(times.length * 0.99)] ?? Number.NaN),
      'strangers refused (401)': others.filter(({ status }) => status === 401).length,
      'throttled (429), all': [...honest, ...others].filter(({ status }) => status === 429).length,
    }
  } finally {
    await stack.stop()
    synthesis.remove()
  }
}

interface Answered {
  /** 0 where there was no answer. */
  readonly status: number
  readonly ms: number
}

const senderTo =
  (url: string) =>
  async (key: string, id: string): Promise<Answered> => {
    const body = JSON.stringify({
      ...{ specversion: '1.0', id, source: '//workday.example.com/role-changes', type: 'role.changed.v1' },
      time: new Date().toISOString(),
      data: { person: { email: 'jane@example.com' }, role: 'engineering-manager' },
    })
    const headers = { ...signed(body, key), 'content-type': 'application/cloudevents+json' }
    const began = performance.now()
    const request = fetch(url, { method: 'POST', headers, body })
    const status = await request.then(
      async response => {
        await response.text()
        return response.status
      },
      () => 0,
    )
    return { status, ms: performance.now() - began }
  }

/** Sends so many a second, later only while too many are in flight. */
async function at<T>(rate: number, seconds: number, send: (n: number) => Promise<T>): Promise<T[]> {
  const began = performance.now()
  const sent: Promise<T>[] = []
  const inFlight = new Set<Promise<unknown>>()
  for (let n = 0; n < rate * seconds; n++) {
    await wait(Math.max(0, began + (n * 1000) / rate - performance.now()))
    if (inFlight.size >= mostInFlight) await Promise.race(inFlight)
    const one = send(n)
    sent.push(one)
    inFlight.add(one)
    void one.finally(() => inFlight.delete(one))
  }
  return Promise.all(sent)
}
