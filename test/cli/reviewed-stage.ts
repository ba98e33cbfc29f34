import bundled from '#roles' with { type: 'json' }
import type { Desired } from '../../functions/core/ledger/desired-state.ts'
import type { Entry } from '../../functions/core/ledger/ledger-entry.ts'
import { appliedOf, entryOf } from '../support/entries.ts'
import { noon, organization } from '../support/events.ts'
import { json, startServer } from '../support/server.ts'
import { token } from '../support/subjects.ts'
import { commandLine } from './fake-world.ts'
import type { Stage } from './stage.ts'

const [[first, { wacht }]] = Object.entries(bundled) as unknown as [
  [string, { wacht: Record<string, { roleId: string }> }],
]
/** The first role of the catalogue, and its state in the organization. */
export const manager = first
export const managing = wacht[organization] as { roleId: string }
export const scope = `wacht/${organization}`

/** A member as Wacht lists it. */
export interface Listed {
  readonly id: string
  readonly roles: readonly string[]
  readonly email?: string
}

/**
 * A Wacht that lists these members. `before` runs before each page, counted from 1, and may answer with a status instead; `size` is
 * the most members of a page.
 */
export async function startList(members: readonly Listed[]) {
  const list = {
    members: [...members],
    size: 100,
    before: (_page: number): number | undefined => undefined,
  }
  const server = await startServer((response, { url }, index) => {
    const status = list.before(index + 1)
    if (status !== undefined)
      return json(response, status, { error: 'no' }, status === 429 ? { 'retry-after': '30' } : {})
    const query = new URL(url, 'http://h.example').searchParams
    const from = Number(query.get('offset'))
    const until = from + Math.min(Number(query.get('limit')), list.size)
    const data = list.members.slice(from, until).map(({ id, roles, email }) => ({
      ...{ id, roles: roles.map(role => ({ id: role })), primary_email_address: email },
    }))
    json(response, 200, { data, has_more: until < list.members.length })
  })
  return { list, server }
}

/** The n-th change is applied to a member, hours ago. */
export const holding = (id: string, n: number, desired: Desired = managing, fields: Partial<Entry> = {}) =>
  entryOf({
    member: `${scope}/${id}`,
    applied: { ...appliedOf(n, desired), at: noon - 9_000_000 },
    ...fields,
  })

/** Runs `review` of the organization on a stage, with a target at this address. */
export const reviewOn =
  (stage: Stage, url: string) =>
  (args: readonly string[] = [], given: Parameters<typeof commandLine>[1] = {}) =>
    commandLine(['review', '--scope', scope, '--stage', stage.stage, ...args], {
      ...{ sqs: stage.sqs, dynamodb: stage.dynamodb, lambda: stage.lambda, ...given },
      env: { WACHT_URL: url, WACHT_TOKEN: token, WACHT_DIALECT: 'role_ids', ...given.env },
    })
