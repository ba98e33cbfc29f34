import { describe, expect, test } from '@jest/globals'
import { type Outcome, summaryOf } from '../../infra/local/outcomes/message-outcome.ts'
import { byWhom } from '../../infra/local/report/outcome-order.ts'
import { outcomeTable } from '../../infra/local/report/outcome-table.ts'
import { farewell, nextSteps, storyOf } from '../../infra/local/report/run-story.ts'
import { paintFor } from '../../infra/local/report/terminal-colors.ts'

const none = summaryOf([])
const plain = paintFor({ isTTY: false, hasColors: () => true })
const colored = paintFor({ isTTY: true, hasColors: () => true })

const outcome = (messageId: string, more: Partial<Outcome> = {}): Outcome => ({
  ...{ messageId, event: messageId, source: '//hr', target: 'wacht', member: `wacht/1/${messageId}` },
  ...{ outcome: 'applied', receives: 1 },
  ...more,
})
const ids = (outcomes: readonly Outcome[]) => outcomes.map(({ messageId }) => messageId)
const order = (...of: string[]) => new Map(of.map((id, index) => [id, index]))
const person = { target: 'person', member: null }

describe('what happened to whom', () => {
  test('is in the order of the first message about each, one member together', () => {
    const [same, other] = [{ member: 'wacht/1/2' }, { member: 'wacht/1/3' }]
    const ended = [outcome('c', same), outcome('b', other), outcome('a', same)]
    expect(ids(byWhom(ended, order('a', 'b', 'c')))).toEqual(['c', 'a', 'b'])
  })
  test('puts the changes of a person after the event of the person', () => {
    const made = outcome('made', { event: 'joiner/wacht/1/7', member: 'wacht/1/7' })
    const ended = [made, outcome('a'), outcome('joiner', { ...person, outcome: 'resolved' })]
    expect(ids(byWhom(ended, order('joiner', 'a')))).toEqual(['joiner', 'made', 'a'])
  })
  test('ends with messages that were not there in the beginning, and unreadable ones stand alone', () => {
    const unreadable = { event: null, target: null, member: null }
    const ended = [outcome('late'), outcome('x', unreadable), outcome('y', unreadable)]
    expect(ids(byWhom(ended, order('y', 'x')))).toEqual(['y', 'x', 'late'])
  })
})

describe('the table', () => {
  const long = outcome('a', {
    ...{ event: 'e'.repeat(200), member: 'project/3c90c3cc/5d2e8f10-0000-4000-8000-000000000001' },
    ...{ outcome: 'dead', reason: 'rejected', status: 422, detail: 'word '.repeat(60), effectMs: 119_900 },
  })
  test.each([
    [undefined, 100],
    [200, 100],
    [100, 100],
    [99, 99],
    [80, 80],
  ])('of a terminal of %p columns is at most %d wide', (columns, width) => {
    const rows = outcomeTable([long], new Map(), plain, columns).split('\n')
    expect(Math.max(...rows.map(row => row.length))).toBeLessThanOrEqual(width)
    expect(rows[1]).toContain('project 5d2e8f10…0001')
  })
  test('has no tries and no time on a narrow terminal', () => {
    const head = (columns: number) => outcomeTable([long], new Map(), plain, columns).split('\n')[0]
    expect(head(100)?.split(/ +/)).toEqual(['outcome', 'member', 'event', 'tries', 'time', 'reason'])
    expect(head(80)?.split(/ +/)).toEqual(['outcome', 'member', 'event', 'reason'])
  })
  test('lets no name or reason from outside steer the terminal', () => {
    const hostile = { event: 'a\u001b[2Jb', outcome: 'dead', reason: 'x', detail: '\u009b1A\nrow' } as const
    const shown = outcomeTable([outcome('a', hostile)], new Map(), plain)
    expect(shown.split('\n')).toHaveLength(2)
    expect(shown).toContain('a\ufffd[2Jb')
    expect(shown).not.toContain('\u009b')
  })
  test('has colours on a terminal, and none elsewhere or where the terminal says no', () => {
    const shown = (paint: typeof plain) => outcomeTable([outcome('a'), long], new Map(), paint)
    expect(shown(colored)).toContain('\u001b[32mapplied\u001b[39m')
    expect(shown(colored)).toContain('\u001b[31mdead\u001b[39m')
    expect(shown(plain)).not.toContain('\u001b')
    expect(shown(paintFor({ isTTY: true, hasColors: () => false }))).not.toContain('\u001b')
  })
})

describe('the sentence', () => {
  test('counts all messages and names what there is', () => {
    const all = {
      applied: 13,
      superseded: 1,
      duplicate: 1,
      resolved: 2,
      shadow: 4,
      reasserted: 6,
      scheduled: 7,
      held: 3,
      dead: 5,
    }
    expect(storyOf(all, plain)).toBe(
      '42 messages: 13 changes in effect, 1 superseded, 1 duplicate, 2 resolved, 4 in shadow mode, 6 re-asserted, 7 scheduled, 3 held, 5 need a person',
    )
  })
  test('says no more than there is', () => {
    expect(storyOf(none, plain)).toBe('0 messages: 0 changes in effect')
    expect(storyOf({ ...none, applied: 1 }, plain)).toBe('1 message: 1 change in effect')
  })
})

describe('what to try next', () => {
  test('is three things, the first a link while the run stays up', () => {
    const steps = nextSteps('http://127.0.0.1:4572/', plain).split('\n')
    expect(steps).toHaveLength(4)
    expect(steps[1]).toMatch(/^ {2}http:\/\/127\.0\.0\.1:4572\/ +the live page/)
  })
})

describe('at Ctrl-C', () => {
  test('a run says what is lost without --data', () => {
    expect(farewell({ data: undefined, waiting: 1, letters: 5 })).toBe(
      'Stopping. All data is in memory and is lost: 1 waiting message, 5 dead letters, the ledger, and the members of the sandboxes. Use --data DIR to keep them.',
    )
  })
  test('a run with --data says where all is', () => {
    expect(farewell({ data: '/d', waiting: 1, letters: 5 })).toBe(
      'Stopping. All data is kept in /d. Start again with the same --data to continue.',
    )
  })
})
