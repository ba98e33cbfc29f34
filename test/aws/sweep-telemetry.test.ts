import { expect, test } from '@jest/globals'
import { createSweepTelemetry } from '../../functions/aws/sweep-telemetry.ts'
import { linesOf, metricsIn } from '../support/lines.ts'

const name = 'role-sync-prod-sweep'
const env = {
  POWERTOOLS_SERVICE_NAME: 'role-sync',
  POWERTOOLS_METRICS_NAMESPACE: 'RoleSync',
  AWS_LAMBDA_FUNCTION_NAME: name,
}
const reading = { from: 100, at: 350, calls: 3, findings: [], more: 0 }
const unread = { page: 200, cause: 'forbidden', detail: 'no permission for jane@example.com' }

const lines = linesOf(env, () => {
  const { telemetry, flush } = createSweepTelemetry(['wacht/1', 'wacht/2'])
  telemetry.reading('wacht/3', { ...reading, counts: { drift: 9 } })
  telemetry.reading('wacht/1', { ...reading, counts: { same: 7, drift: 2 } })
  telemetry.reading('wacht/2', { ...reading, counts: { same: 1 }, unread })
  const rows = [{ finding: 'drift' }, { finding: 'same' }] as const
  telemetry.look('wacht/2', { members: 3, rows, calls: 1, durationMs: 40, counts: { same: 5, drift: 4 } })
  const numbers = { drift: 2, unmanaged: 1, gone: 3, incomplete: 1, ageMs: 7_200_000 }
  telemetry.round({ ...numbers, kind: 'read' }, scope => (scope === 'wacht/1' ? 60_000 : 7_200_000))
  telemetry.trouble('ledger not available; the scope is read again by the next invocation', new Error('down'))
  flush()
})

test('a reading is one line: what it counted, and why it broke off, without personal data', () => {
  expect(lines.filter(line => line.message === 'reading')).toMatchObject([
    { level: 'INFO', scope: 'wacht/3', complete: true, drift: 9 },
    { level: 'INFO', scope: 'wacht/1', complete: true, same: 7, drift: 2, calls: 3, durationMs: 250 },
    { level: 'WARN', scope: 'wacht/2', complete: false, cause: 'forbidden', page: 200 },
  ])
  expect(JSON.stringify(lines)).not.toContain('jane@')
})

test('a look is one line: what it found of the members, and nothing of the others', () => {
  const [look] = lines.filter(line => line.message === 'look')
  expect(look).toMatchObject({ scope: 'wacht/2', members: 3, same: 1, drift: 1, calls: 1, durationMs: 40 })
  expect(look).not.toHaveProperty('counts')
})

test('the numbers of the stage are metrics; of the scopes of the catalogue drift is one after each complete reading and each look, and the age always', () => {
  const metrics = metricsIn(lines).map(
    ({ function: of, scope, Drift, Unmanaged, Gone, Incomplete, SweepAge }) => ({
      ...{ of, scope, Drift, Unmanaged, Gone, Incomplete, SweepAge },
    }),
  )
  expect(metrics).toEqual([
    { of: name, scope: 'wacht/1', Drift: 2, Unmanaged: 0, SweepAge: 60 },
    { of: name, scope: 'wacht/2', Drift: 4, Unmanaged: 0, SweepAge: 7200 },
    { of: name, Drift: 2, Unmanaged: 1, Gone: 3, Incomplete: 1, SweepAge: 7200 },
  ])
})
