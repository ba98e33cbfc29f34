import type { Answer } from '../../functions/core/outcome/http-answer.ts'
import type { TargetRequest } from '../../functions/targets/target.ts'
import { errorShapes, page, quotings, tooLarge } from './answers.ts'
import type { Clock } from './clock.ts'
import { skewMs } from './flights.ts'
import type { Instance } from './lambda.ts'
import type { Observer } from './observer.ts'
import { type Place, placeAt } from './places.ts'
import type { Random } from './random.ts'
import { createRequestLimits } from './request-limits.ts'
import type { Scenario } from './scenario.ts'
import type { Server } from './servers.ts'

/**
 * What the target saw: requests while it was down, requests after, how many of those it throttled for the limit of all or for that
 * of a scope, the requests that no limit refused in each minute from the start, the last write taken.
 */
export interface Traffic {
  down: number
  up: number
  throttled: number
  throttledScopes: number
  readonly takenIn: number[]
  lastLanded: number
  /** Each write that the target applied: what its member holds from then on, and since when. */
  readonly landed: Landed[]
}

export interface Landed {
  readonly member: string
  readonly holds: string
  readonly at: number
}

/** The traffic at the start of a run, in milliseconds since 1970. */
export const noTraffic = (start: number): Traffic => ({
  ...{ down: 0, up: 0, throttled: 0, throttledScopes: 0, takenIn: [], lastLanded: start, landed: [] },
})

/**
 * The way from the instances to a target and its misbehaviour (functions/targets/README.md#the-sandboxes). What a request does and what is
 * answered are two things: a write may be applied and answered with an error, or not answered and land much later.
 */
export function createNetwork(
  scenario: Scenario,
  clock: Clock,
  server: Server,
  observer: Observer,
  validToken: (place: Place) => string,
  given: (member: string) => void,
  traffic: Traffic,
) {
  const { faults, rules } = scenario
  const start = clock.now()
  const overLimit = createRequestLimits(scenario, clock)
  const outageOf = (place: Place) =>
    scenario.outages.find(
      ({ from, to, target = place }) => target === place && between(clock.now() - start, from, to),
    )

  /** Sends for one instance. `random` belongs to the member asked for, so that members do not disturb one another. */
  return (instance: Instance, randomOf: (url: string) => Random) =>
    (request: TargetRequest, token: string): Promise<Answer> =>
      new Promise(resolve => {
        const random = randomOf(request.url)
        const place = placeAt(request.url)
        const write = request.method !== 'GET' ? observer.writeStarts(request) : undefined
        if (write) observer.wrote(write.member)
        const began = clock.now()
        const timeoutAt = began + rules.requestTimeoutMs

        instance.calls++
        const answer = (ms: number, what: Answer, unanswered: boolean) =>
          clock.at(Math.min(began + ms, timeoutAt), () => {
            instance.calls--
            write?.ended(!instance.alive || unanswered)
            if (instance.alive) resolve(what)
          })
        const land = (time: number) => clock.at(time, () => void apply())
        const apply = () => {
          const result = server.handle(request)
          write?.landed(result.status < 300)
          if (write && result.status < 300) {
            traffic.lastLanded = clock.now()
            traffic.landed.push({ member: write.member, holds: server.state(write.member), at: clock.now() })
          }
          if (write) given(write.member)
          return result
        }
        /** Never, now, or as late as the bound that `landWithin` names allows. */
        const landsSomehow = () => {
          const fate = random()
          if (fate < 0.35) land(began + 1)
          else if (fate < 0.7) land(random.between(began + 1, timeoutAt + rules.landWithinMs - skewMs))
        }
        const bodyLost = (result: Answer, isWrite: boolean): Answer => {
          if (!isWrite && scenario.heavy > 0 && askedFor(request) > scenario.heavy) return tooLarge
          if (random.chance(faults.unreadable)) return page
          return isWrite && random.chance(faults.empty) ? { kind: 'answered', status: 204 } : result
        }
        const fail = (failure: 'unreachable' | 'timeout' | 'reset', ms: number) =>
          answer(ms, { kind: 'failed', failure, detail: failure }, failure !== 'unreachable')
        const refuse = (status: number, message: string, retryAfterMs?: number) =>
          answer(
            20,
            {
              kind: 'answered',
              status,
              json: random.pick(errorShapes)(message, status),
              ...(retryAfterMs ? { retryAfterMs } : {}),
            },
            false,
          )

        const latency = random.chance(faults.slow)
          ? random.between(3000, 9900)
          : (scenario.answersIn ?? random.between(5, 120))
        const outage = outageOf(place)
        if (outage) {
          traffic.down++
          if (outage.answers === 'nothing') return fail('timeout', rules.requestTimeoutMs)
          if (outage.answers === 'page') return answer(20, page, false)
          if (outage.answers === 'rejection') return refuse(401, random.pick(quotings)(token))
          if (random.chance(0.5)) return fail('unreachable', 3)
          return random.chance(0.5)
            ? fail('timeout', rules.requestTimeoutMs)
            : refuse(503, 'down', random.between(0, 60) * 1000)
        }
        traffic.up++
        if (random.chance(faults.unreachable)) return fail('unreachable', 3)
        const over = overLimit(request.url, random)
        if (over) {
          traffic[over.ofScope ? 'throttledScopes' : 'throttled']++
          return refuse(429, over.message, over.retryAfterMs)
        }
        const minute = Math.floor((began - start) / 60_000)
        traffic.takenIn[minute] = (traffic.takenIn[minute] ?? 0) + 1
        if (token !== validToken(place)) return refuse(401, random.pick(quotings)(token))
        if (random.chance(faults.unauthorized)) return refuse(401, random.pick(quotings)(token))
        if (random.chance(faults.throttled)) {
          return random.chance(0.5)
            ? refuse(429, 'Rate limit exceeded', 7000)
            : refuse(429, 'Rate limit exceeded. Retry after 7 seconds')
        }
        if (random.chance(faults.maintenance)) return answer(latency, page, false)
        if (random.chance(faults.notNow)) return refuse(409, 'conflict')
        if (random.chance(faults.timeout)) {
          if (write) landsSomehow()
          return fail('timeout', rules.requestTimeoutMs)
        }
        if (random.chance(faults.reset)) {
          if (write) landsSomehow()
          return fail('reset', latency)
        }
        if (random.chance(faults.gateway)) {
          if (write) landsSomehow()
          return answer(latency, { kind: 'answered', status: random.chance(0.5) ? 502 : 504, json: {} }, true)
        }
        if (random.chance(faults.serverError)) {
          if (write && random.chance(0.5)) land(began + Math.floor(latency / 2))
          return answer(
            latency,
            { kind: 'answered', status: random.chance(0.5) ? 500 : 503, json: {} },
            false,
          )
        }
        if (write && random.chance(faults.redirected)) {
          write.doomed('redirected')
          return refuse(307, 'elsewhere')
        }
        if (write && random.chance(faults.noEffect)) {
          write.doomed('no_effect')
          if (place === 'project' && random.chance(0.5)) {
            const partly = { ...request, body: { groupIds: [], owner: true } } // the groups were dropped
            return answer(latency, server.handle(partly), false)
          }
          return answer(
            latency,
            { kind: 'answered', status: 200, json: { ok: true, owner: false, groups: [] } },
            false,
          )
        }
        clock.at(began + Math.ceil(latency / 2), () => {
          const result = apply()
          answer(latency, result.status < 300 ? bodyLost(result, write !== undefined) : result, false)
        })
      })
}

/** How many members a read asks for. */
const askedFor = ({ url }: TargetRequest): number => Number(/(?:limit|perPage)=(\d+)/.exec(url)?.[1])

const between = (value: number, from: number, to: number) => value >= from && value < to
