import { loadCode } from '../code.ts'
import { playScopeLimit } from './limits.ts'
import { playFlood } from './run.ts'

/**
 * Prints what limits cost as one JSON object: `scope` for a scope of so many members that is throttled for a day, with each way
 * to say so; `key` for a flood at a limit of all calls, of members in so many scopes. Arguments: the members.
 */
const members = Number(process.argv[2] ?? 1000)
const code = await loadCode()
const scope = {
  minute: await playScopeLimit(code, 1, members, 24, { perSecond: 0, retryAfterMs: 60_000 }),
  unsaid: await playScopeLimit(code, 1, members, 24, { perSecond: 0 }),
  some: await playScopeLimit(code, 1, members, 24, { perSecond: 1, retryAfterMs: 7000 }),
}
const key = []
for (const scopes of [2, 20, 100]) key.push({ scopes, ...(await playFlood(1, scopes)) })
console.log(JSON.stringify({ scope, key }))
