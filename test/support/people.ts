import type { Message } from '../../functions/core/event/sqs-message.ts'
import type { Effect } from '../../functions/core/outcome/effect.ts'
import type { PeoplePage } from '../../functions/targets/people-page.ts'
import { bodyOf, memberId, membership, noon, organization, parse, personData, projectId } from './events.ts'
import { fakeWorld, messageOf, productionRules, type WorldOptions } from './world.ts'

/** The person of the tests' event is at two scopes: these are the members. */
export const inWacht = `wacht/${organization}/${membership}`
export const inProject = `project/${projectId}/${memberId}`
export const jane = { member: inWacht, email: 'jane.doe@EXAMPLE.com' }
export const janeInProject = { member: inProject, email: 'Jane.Doe@example.com' }
/** Somebody else of the same organization, and one who has the person's address too. */
export const joe = { member: `wacht/${organization}/3`, email: 'joe@example.com' }
export const nameless = { member: `wacht/${organization}/4` }
export const twin = { ...jane, member: `wacht/${organization}/55` }

export const lists = (...listed: { member: string; email?: string }[]): PeoplePage => ({ ok: true, listed })
/** A page that another one follows. */
export const listsMore = (next: number, ...listed: { member: string; email?: string }[]): PeoplePage => ({
  ...{ ok: true, next, listed },
})
export const fails = (effect: Effect): PeoplePage => ({ ok: false, effect })
export const down = { kind: 'deferred', cause: 'read_failed', status: 500, detail: 'down' } as const

export const graceMs = productionRules.notFoundGraceMs
/** A message that names the person; `again` is received once more, `replay` was a dead letter. */
export const ask = (id = 'm1', fields: Partial<Message> = {}) =>
  messageOf(id, bodyOf({ data: personData }), fields)
export const again = (id = 'm1', fields: Partial<Message> = {}) => ask(id, { receives: 2, ...fields })
export const replay = { trail: { replays: 1 } }
export const old = { firstReceivedAt: noon - productionRules.giveUpMs }
export const tooOld = { sentAt: noon - productionRules.giveUpAtLatestMs }

/** A world in which the two scopes list this, page after page. */
export function worldOf(
  wacht: readonly PeoplePage[],
  project: readonly PeoplePage[] = [],
  options: WorldOptions = {},
) {
  const world = fakeWorld(options)
  world.state.pages.set(organization, [...wacht])
  world.state.pages.set(projectId, [...project])
  return world
}

/** The members whom these events name. */
export const membersIn = (bodies: readonly string[]) =>
  bodies.map(body => {
    const parsed = parse(body)
    return parsed.ok ? parsed.named.member : parsed.detail
  })

/** How often the list of a scope was read from its beginning. */
export const readingsOf = ({ log }: { readonly log: readonly string[] }, scope: string) =>
  log.filter(line => line === `list ${scope} 0`).length

/** What the letters say of themselves. */
export const detailsOf = ({ letters }: ReturnType<typeof fakeWorld>['state']) =>
  letters.map(({ attributes: { reason, trail } }) => [reason, JSON.parse(trail as string).detail])
