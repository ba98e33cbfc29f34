import { describe, expect, test } from '@jest/globals'
import { metricNames } from '../../functions/core/sync-metrics.ts'
import { guards, only, sources, templateOf } from './stage.ts'

interface Widget {
  readonly type: string
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
  readonly properties: {
    readonly title?: string
    readonly markdown?: string
    readonly alarms?: readonly string[]
    readonly metrics?: readonly unknown[][]
  }
}

const template = templateOf({ stage: 'prod', sources, guards })
const { Properties } = only(template, 'AWS::CloudWatch::Dashboard')
/** The body; what only a deployment knows is left out of it. */
const body = (Properties.DashboardBody as { 'Fn::Join': [string, unknown[]] })['Fn::Join'][1]
  .map(part => (typeof part === 'string' ? part : '?'))
  .join('')
const { widgets } = JSON.parse(body) as { widgets: Widget[] }

const questions = widgets.filter(({ type }) => type === 'text')
/** The graphs between a question and the next. */
const under = (question: string): Widget[] => {
  const at = questions.findIndex(({ properties }) => properties.markdown === `## ${question}`)
  const [from = Infinity, to = Infinity] = [questions[at]?.y, questions[at + 1]?.y]
  return widgets.filter(({ type, y }) => type !== 'text' && y > from && y < to)
}
const words = (shown: readonly Widget[]) => JSON.stringify(shown)

describe('the dashboard of a stage', () => {
  test('bears its name', () => expect(Properties.DashboardName).toBe('role-sync-prod'))

  test('answers its questions from top to bottom', () => {
    const asked = questions.toSorted((a, b) => a.y - b.y).map(({ properties }) => properties.markdown)
    expect(asked).toEqual([
      '## Is it healthy?',
      '## What comes in?',
      '## Is anything stuck?',
      '## Do the targets hold what is applied?',
      '## Which target is at fault?',
      '## How fast do changes take effect?',
    ])
  })
  test('is it healthy: every alarm, and what became of changes', () => {
    const shown = under('Is it healthy?')
    const [status] = shown.filter(({ type }) => type === 'alarm')
    const alarms = Object.keys(template.findResources('AWS::CloudWatch::Alarm'))
    expect(status?.properties.alarms).toHaveLength(alarms.length)
    for (const name of ['Applied', 'Superseded', 'Duplicate', 'Dead', 'Errors', 'Throttles']) {
      expect(words(shown)).toContain(`"${name}"`)
    }
  })
  test('do the targets hold what is applied: drift, and how old the oldest reading is', () => {
    const shown = words(under('Do the targets hold what is applied?'))
    for (const name of ['Drift', 'Unmanaged', 'Gone', 'Incomplete', 'SweepAge'])
      expect(shown).toContain(`"${name}"`)
    // Of each scope that has the metric, by the names of the dimensions that the function publishes.
    expect(shown).toContain(
      'SEARCH(\'{RoleSync,service,function,scope} MetricName=\\"SweepAge\\" function=\\"role-sync-prod-sweep\\"\', \'Maximum\', 3600) / 3600',
    )
    const off = only(templateOf({ stage: 'prod', sweep: 'off' }), 'AWS::CloudWatch::Dashboard')
    expect(JSON.stringify(off)).not.toMatch(/sweep/i)
  })
  test('what comes in: events by source, and what was not taken', () => {
    const shown = words(under('What comes in?'))
    for (const name of ['Accepted', 'Refused', 'Ignored', 'Unauthorized', '4xx', '5xx', 'okta', 'hr']) {
      expect(shown).toMatch(new RegExp(`"${name}\\b`))
    }
  })
  test('is anything stuck: both queues, the oldest on each, and what is due within a day', () => {
    const shown = words(under('Is anything stuck?'))
    for (const name of [
      'ApproximateNumberOfMessagesNotVisible',
      'OldestChangeAge',
      'OldestLetterAge',
      'Due24h',
    ]) {
      expect(shown).toContain(`"${name}"`)
    }
  })
  test.each(['wacht', 'project'])('is %s at fault: a row of its own, with reasons', target => {
    const shown = under('Which target is at fault?').filter(({ properties }) =>
      properties.title?.startsWith(target),
    )
    expect(new Set(shown.map(({ y }) => y)).size).toBe(1)
    for (const name of ['Retries', 'Dead']) expect(words(shown)).toMatch(new RegExp(`MetricName=.{2}${name}`))
    for (const name of ['UnansweredWrites', 'PutRight', 'CredentialsRejected', 'BreakerOpen']) {
      expect(words(shown)).toContain(`"${name}"`)
    }
  })
  test('how fast: p50 and p99 by target, and calls per event', () => {
    const shown = words(under('How fast do changes take effect?'))
    for (const word of ['TimeToEffect', 'p50', 'p99', 'Calls']) expect(shown).toContain(`"${word}"`)
  })
  test('shows every metric that the sync function publishes', () => {
    for (const name of Object.values(metricNames)) expect(body).toContain(name)
  })
  test('fits the grid: no widget lies on another', () => {
    const cells = widgets.flatMap(({ x, y, width, height }) => {
      expect(x + width).toBeLessThanOrEqual(24)
      return Array.from(
        { length: width * height },
        (_, n) => `${x + (n % width)},${y + Math.floor(n / width)}`,
      )
    })
    expect(new Set(cells).size).toBe(cells.length)
  })
})
