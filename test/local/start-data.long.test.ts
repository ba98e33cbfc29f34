import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { faults } from '../../infra/local/sandbox/faults.ts'
import { startWachtSandbox, type WachtSandbox } from '../../infra/local/sandbox/wacht/wacht-sandbox.ts'
import { wachtEvent } from './sample-events.ts'
import { startProcess } from './start-process.ts'

const organization = '7301954381230018561'
const roles = ['7301954381230017001', '7301954381230017002']
const members = Array.from({ length: 10 }, (_, n) => `73019543812300180${String(n).padStart(2, '0')}`)

/** What a kill left in flight comes back after six times the function's time-out; a cold start does not count to that. */
const short = [
  'functionTimeoutSeconds=5',
  'requestTimeoutSeconds=3',
  'closingSeconds=1',
  'landWithinSeconds=1',
]
const args = short.flatMap(setting => ['-c', setting])

let folder: string
let target: WachtSandbox
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'data-'))
  target = await startWachtSandbox({ token: 't', dialect: 'role_id', open: true, organizations: {} })
  target.always('*', faults.slow(100))
})
afterAll(async () => {
  await target.stop()
  rmSync(folder, { recursive: true })
})

test('after SIGKILL a second run goes on with what was left: no outcome is missing, the newest role wins', async () => {
  const start = Date.now() - 3_600_000
  const events = members.flatMap(membershipId =>
    [1, 0].map(n =>
      wachtEvent(`${membershipId}-${n}`, {
        time: new Date(start + n * 60_000).toISOString(),
        data: { membershipId, role: undefined, roleId: roles[n] },
      }),
    ),
  )
  const env = { WACHT_URL: target.url, WACHT_TOKEN: 't' }
  const input = events.map(event => JSON.stringify(event)).join('\n')

  // One member's write is not answered until the run is killed, so that it cannot be over before.
  const held = `wacht/${organization}/${members[0]}`
  target.always(held, faults.silent())
  const first = startProcess([...args, '--data', folder, '--events', '-'], { env, input })
  await first.until(line => line.outcome === 'applied')
  await first.kill('SIGKILL')
  expect(first.lines.some(line => 'summary' in line)).toBe(false)

  target.always(held, undefined)
  const second = startProcess([...args, '--data', folder], { env })
  expect(await second.exited).toBe(0)
  const told = [...first.lines, ...second.lines].filter(line => line.event !== undefined)
  expect(new Set(told.map(line => line.event))).toEqual(new Set(events.map(event => event.id)))
  expect(new Set(told.map(line => line.outcome))).toEqual(new Set(['applied', 'superseded']))
  for (const id of members) {
    expect(target.state.organizations[organization]?.members[id]?.roles).toEqual([roles[1]])
  }

  const third = startProcess([...args, '--data', folder], { env })
  expect(await third.exited).toBe(0)
  expect(third.lines).toEqual([{ summary: { applied: 0, superseded: 0, duplicate: 0, dead: 0 } }])
})
