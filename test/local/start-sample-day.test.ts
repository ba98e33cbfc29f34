import { expect, test } from '@jest/globals'
import { startProcess } from './start-process.ts'

test('the sample day shows every outcome, as JSON lines and nothing else, and exits 0', async () => {
  // The sample's late write has to miss its time-out.
  const run = startProcess(['-c', 'requestTimeoutSeconds=3'])
  expect(await run.exited).toBe(0)
  expect(run.lines.filter(line => 'text' in line)).toEqual([])

  const of = (event: string | null) => run.lines.filter(line => line.event === event)
  const once = { outcome: 'applied', receives: 1, status: 200, effectMs: expect.any(Number) }
  expect(of('wd-01-by-id')).toEqual([
    {
      event: 'wd-01-by-id',
      source: '//workday.example.com/role-changes',
      target: 'wacht',
      member: 'wacht/7301954381230018561/7301954381230018901',
      ...once,
    },
  ])
  for (const id of ['wd-03-project-by-id', 'wd-04-project-by-role', 'wd-06-newer']) {
    expect(of(id)).toMatchObject([once])
  }
  expect(
    of('wd-02-by-role')
      .map(line => line.outcome)
      .sort(),
  ).toEqual(['applied', 'duplicate'])
  expect(of('wd-07-older-arrives-late')).toMatchObject([{ outcome: 'superseded' }])
  for (const id of ['wd-05-lands-late', 'wd-08-throttled', 'wd-09-500-after-commit', 'wd-10-newer-waits']) {
    expect(of(id)).toMatchObject([{ outcome: 'applied' }])
    expect(of(id)[0]!.receives).toBeGreaterThan(1)
  }
  expect(of('wd-10-newer-waits')[0]!.effectMs).toBeGreaterThan(5000)
  expect(of('wd-11-no-effect')).toMatchObject([{ outcome: 'dead', reason: 'no_effect' }])
  expect(of('wd-12-unknown-role')).toMatchObject([{ outcome: 'dead', reason: 'unknown_role' }])
  expect(of('wd-13-unknown-member')).toMatchObject([{ outcome: 'dead', reason: 'not_found', status: 404 }])
  expect(of('wd-15-in-the-future')).toMatchObject([{ outcome: 'dead', reason: 'time_in_future' }])
  // A joiner, named by e-mail, whom the targets list only a moment later.
  expect(of('wd-16-joiner')).toMatchObject([{ target: 'person', member: null, outcome: 'resolved' }])
  expect(of('wd-16-joiner')[0]!.receives).toBeGreaterThan(1)
  const joined = run.lines.filter(line => String(line.event).startsWith('wd-16-joiner/'))
  expect(joined.map(line => [line.target, line.outcome]).sort()).toEqual([
    ['project', 'applied'],
    ['wacht', 'applied'],
  ])
  // Somebody whom Okta added to a group, through the intake.
  const added = '5e0a0017-74e5-11ee-8a5a-69d62fcd0f8b'
  expect(of(added)).toMatchObject([
    { source: expect.stringContaining('.okta.example.com/'), target: 'person', outcome: 'resolved' },
  ])
  const changed = run.lines.filter(line => String(line.event).startsWith(`${added}/`))
  expect(changed.map(line => [line.target, line.outcome]).sort()).toEqual([
    ['project', 'applied'],
    ['wacht', 'applied'],
  ])
  // Five withdrawals of one source at once, through the intake: a guard holds three, and a person approves them.
  const leavers = [17, 18, 19, 20, 21].map(n => of(`wd-${n}-leaver`))
  const outcomesOf = (lines: (typeof leavers)[number]) => lines.map(line => line.outcome).join()
  expect(leavers.map(outcomesOf).sort()).toEqual([
    ...['applied', 'applied', 'held,applied', 'held,applied', 'held,applied'],
  ])
  expect(leavers.flat().filter(line => line.outcome === 'held')).toMatchObject(
    Array(3).fill({ guard: 'burst' }),
  )
  // A role that ends after ten seconds, by an event of its own. A machine that is too slow to begin it before applies its end alone.
  const ends = of('wd-23-role-ends')
    .map(line => line.outcome)
    .sort()
    .join()
  expect(['applied,applied', 'applied', 'applied,superseded', 'applied,duplicate']).toContain(ends)
  const ended = (outcome: string) => ends.split(outcome).length - 1
  // Somebody edits a member at the target: the sweep finds it, and it is put right.
  expect(of('wd-22-leaves-group')).toMatchObject([once])
  expect(run.lines.filter(line => line.outcome === 'reasserted')).toMatchObject([
    { source: '//role-sync/local/drift', member: of('wd-22-leaves-group')[0]!.member },
  ])
  expect(of(null)).toEqual([
    {
      event: null,
      source: null,
      target: null,
      member: null,
      outcome: 'dead',
      reason: 'invalid_event',
      receives: 1,
    },
  ])
  expect(run.lines.at(-1)).toEqual({
    summary: {
      ...{ applied: 19 + ended('applied'), superseded: 1 + ended('superseded') },
      ...{ duplicate: 1 + ended('duplicate'), resolved: 2 },
      ...{ reasserted: 1, held: 3, dead: 5 },
    },
  })
})
