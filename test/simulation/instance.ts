import { personNameOf } from '../../functions/aws/person-memory.ts'
import { sha256 } from '../../functions/aws/sha256.ts'
import type { Change } from '../../functions/core/event/event.ts'
import { allScopes } from '../../functions/core/event/role-catalogue.ts'
import type { Guards } from '../../functions/core/guard/guards.ts'
import type { Queues, RosterMemory } from '../../functions/core/ports.ts'
import type { ProtectedPeople, TargetLink } from '../../functions/sync/sync-world.ts'
import { guardedMembers } from './approvals.ts'
import { burstRules } from './bursts.ts'
import { reassertSecret } from './drift.ts'
import { addressOf, catalogueOf } from './events.ts'
import { keepMs } from './history.ts'
import type { Handler, Instance } from './lambda.ts'
import { peopleSecret } from './memory.ts'
import { ownerRules } from './owners.ts'
import { type Place, placesOf } from './places.ts'
import type { Received } from './queue.ts'
import { callRemote } from './remote.ts'
import type { Scenario } from './scenario.ts'
import { claimedSender, passedOn, syncRole, trusted } from './senders.ts'
import { triedMembers } from './shadows.ts'
import type { Site } from './site.ts'
import { createWitness } from './witness.ts'

/** Starts an instance: the consumer that ships, over this instance's view of the world. */
export function boot(site: Site, instance: Instance): Handler {
  const { code, scenario, clock, table } = site
  const random = site.randomOf(instance.name)
  const now = () => clock.now() + instance.skew
  const inHand = new Map<string, Received>()
  const witness = createWitness(site, instance, inHand)
  const memory = site.memory(instance, site.randomOf(`memory of ${instance.name}`))

  const consume = code.createConsumer({
    parse: site.parse,
    ledger: site.holder.ledger(table.seenBy(instance, random)),
    history: { store: site.history.seenBy(instance, site.randomOf(`history of ${instance.name}`)), keepMs },
    outcomes: {
      topic: site.topic.seenBy(instance, site.randomOf(`topic of ${instance.name}`)),
      source: '//role-sync/simulation',
    },
    guards: scenario.approvals && {
      ...code.createGuardModes(guardsOf(scenario)),
      approvals: site.desk.seenBy(instance, site.randomOf(`approvals of ${instance.name}`)),
      needed: scenario.approvals.needed,
      bursts: site.bursts.seenBy(instance, site.randomOf(`bursts of ${instance.name}`)),
      owners: scenario.owners && {
        ...code.createOwners(ownerRules(scenario), code.kinds, catalogueOf(scenario)),
        leases: site.scopes.seenBy(instance, site.randomOf(`scopes of ${instance.name}`)),
      },
      people: protectedPeople(code.peopleIn(guardsOf(scenario)), scenario, memory.rosters),
    },
    reassertions: scenario.drift && {
      ...code.createReassertKey(
        () => callRemote(clock, instance, random, { silent: 0, throttled: 0.05 }, () => reassertSecret),
        now,
        witness.telemetry.trouble,
      ),
      withdrawalOf: () => undefined,
    },
    due: site.due.seenBy(instance, site.randomOf(`due of ${instance.name}`)),
    queues: queuesOf(site, instance, inHand),
    targets: new Map(
      placesOf(scenario).map(place => [place, linkOf(site, place, instance, now, witness.telemetry.trouble)]),
    ),
    telemetry: witness.telemetry,
    rules: scenario.rules,
    now,
    random,
    newHolder: site.newHolder,
    people: memory,
    hash: sha256,
    wait: clock.sleep,
  })
  return (batch, end) => {
    inHand.clear()
    witness.begin()
    const messages = batch.map(received => {
      const { id, body, trail, sentBy, sentAt, receives, firstReceivedAt = sentAt } = received.stored
      inHand.set(id, received)
      const receipt = String(received.receipt)
      return {
        ...{ id, receipt, body, sentAt, receives, firstReceivedAt, ...(trail && { trail }) },
        ...(sentBy && { sender: code.senderOf(sentBy.id, sentBy.claims, trusted) }),
      }
    })
    return consume(messages, site.holder.end(now(), end))
  }
}

/** The name of the n-th member's person in the guards. */
const keyOf = (scenario: Scenario, index: number): string =>
  personNameOf(addressOf(scenario, index), peopleSecret)

const protectedPeople = (
  people: ReturnType<Site['code']['peopleIn']>,
  scenario: Scenario,
  rosters: RosterMemory,
): ProtectedPeople | undefined => people && { ...people, scopes: allScopes(catalogueOf(scenario)), rosters }

const guardsOf = (scenario: Scenario): Guards => ({
  protected: [
    ...guardedMembers(scenario).map((member, index) => ({
      ...(scenario.approvals?.byPerson ? { person: keyOf(scenario, index) } : { member }),
      ...{ why: 'owner', senders: [claimedSender] },
    })),
    ...triedMembers(scenario).map((member, index) => ({
      ...(scenario.shadowed?.byPerson ? { person: keyOf(scenario, index) } : { member }),
      ...{ why: 'owner', mode: 'shadow' as const },
    })),
  ],
  burst: burstRules(scenario),
  shadow: scenario.shadowed ? placesOf(scenario).map(target => ({ target, sender: claimedSender })) : [],
})

function linkOf(
  { code, scenario, clock, connect, connectTarget, randomOf, validToken, holder }: Site,
  place: Place,
  instance: Instance,
  now: () => number,
  trouble: (what: string, error: unknown) => void,
): TargetLink {
  const { breakerOpenMs, requestTimeoutMs } = scenario.rules
  const troubles = { silent: 0, throttled: scenario.faults.ledgerThrottled }
  const random = randomOf(`secret of ${instance.name} for ${place}`)
  const secret = () =>
    callRemote(clock, instance, random, troubles, () => JSON.stringify({ token: validToken(place) }))
  const credentials = code.createCredentials(place, secret, now, trouble)
  const send = connect(instance, url => randomOf(`target ${url.split('?')[0]}`))
  return {
    target: connectTarget(place),
    breaker: holder.breaker(code.createBreaker(breakerOpenMs, clock.now)),
    http: deadline => code.authorized(send, credentials, requestTimeoutMs, deadline, now),
  }
}

function queuesOf(site: Site, instance: Instance, inHand: ReadonlyMap<string, Received>): Queues {
  const { clock, letters, observer, queue, scenario, changeOf, lookupOf, people } = site
  const random = site.randomOf(`queues of ${instance.name}`)
  const troubles = { silent: scenario.faults.ambiguous, throttled: 0 }
  const call = <T>(work: () => T) => callRemote(clock, instance, random, troubles, work)
  return {
    sendDeadLetter: (body, attributes) =>
      call(() => {
        observer.letter(body, attributes, changeOf(body))
        letters.push({ body, attributes, moved: false, at: clock.now() })
      }),
    enqueue: async (bodies, sender, seconds) => {
      // Of several some may be taken and others not.
      const taken = random.chance(scenario.faults.ambiguous)
        ? random.between(0, bodies.length - 1)
        : undefined
      await call(() => {
        for (const body of bodies.slice(0, taken)) {
          observer.logged(body, '?')
          if (seconds !== undefined) {
            queue.send(body, undefined, scenario.approvals && passedOn(syncRole, sender), seconds)
            continue
          }
          const { causationid } = JSON.parse(body) as { readonly causationid: string }
          const senders = [...inHand.values()].filter(
            ({ stored }) => lookupOf(stored.body)?.version.id === causationid,
          )
          people.enqueued(changeOf(body) as Change, causationid, senders)
          queue.send(body, undefined, scenario.approvals && passedOn(syncRole, sender))
        }
      })
      if (taken !== undefined) throw new Error('some were refused')
    },
    delay: delays => {
      const received = delays.map(({ message, seconds }) => ({
        of: inHand.get(message.id) as Received,
        seconds,
      }))
      return call(() => {
        for (const { of, seconds } of received) {
          if (!random.chance(scenario.faults.delayLost)) queue.delay(of, seconds)
        }
      })
    },
  }
}
