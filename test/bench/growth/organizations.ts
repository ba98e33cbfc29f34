import type { Answer } from '../../../functions/core/outcome/http-answer.ts'
import type { Http } from '../../../functions/targets/target.ts'
import { messageOf } from '../events.ts'
import { memoryWorld } from './world.ts'

const batches = 10

/** Reads per event in dialect `role_ids`, where the only read is the list of an organization, by its members. */
export async function organizations(sizes = [100, 1000, 10_000]) {
  const reads = await Promise.all(sizes.map(readsPerEvent))
  return sizes.map((size, index) => ({
    growth: `organization of ${size}, role_ids`,
    measure: 'reads/event',
    value: Number((reads[index] as number).toFixed(1)),
    'to the smallest': Number(((reads[index] as number) / (reads[0] as number)).toFixed(2)),
  }))
}

/** Batches of ten members that are spread over the list. */
async function readsPerEvent(size: number): Promise<number> {
  const world = memoryWorld(listing(size), { dialect: 'role_ids' })
  const step = size / (batches * 10)
  for (let batch = 0; batch < batches; batch++) {
    const messages = Array.from({ length: 10 }, (_, index) => {
      const place = Math.floor((index * batches + batch) * step)
      return messageOf(place + 1, place)
    })
    const failed = await world.consume(messages)
    if (failed.length > 0) throw new Error(`${failed.length} changes were not applied`)
  }
  return world.calls.reads / (batches * 10)
}

/** An organization of members without roles, in the order of their ids. */
function listing(size: number): Http {
  const first = 7_301_954_381_230_000_000n
  const roles = new Map<string, string[]>()
  const page = (offset: number, limit: number): Answer => {
    const data = Array.from({ length: Math.min(limit, size - offset) }, (_, index) => {
      const id = String(first + BigInt(offset + index))
      return { id, roles: (roles.get(id) ?? []).map(role => ({ id: role })) }
    })
    return { kind: 'answered', status: 200, json: { data, has_more: offset + limit < size } }
  }
  return async ({ method, url, body }) => {
    const { pathname, searchParams } = new URL(url)
    if (method === 'GET') return page(Number(searchParams.get('offset')), Number(searchParams.get('limit')))
    roles.set(pathname.split('/').at(-1) as string, (body as { role_ids: string[] }).role_ids)
    return { kind: 'answered', status: 200, json: {} }
  }
}
