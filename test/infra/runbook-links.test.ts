import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { anchorOf } from '../../infra/constructs/runbook-links.ts'
import { root } from '../../infra/paths.ts'
import { guards, only, sources, templateOf } from './stage.ts'

/** Without its blocks of code, where `#` is no heading. */
const runbook = readFileSync(join(root, 'infra', 'RUNBOOK.md'), 'utf8').replace(/^```[\s\S]*?^```$/gm, '')
const sections = runbook
  .split(/^## /m)
  .slice(1)
  .map(text => ({ heading: text.slice(0, text.indexOf('\n')), text }))

const address = 'https://git.example.com/role-sync/blob/main/infra/RUNBOOK.md'
const alarmsOf = (context: object) =>
  Object.values(
    templateOf({ stage: 'prod', sources, guards, ...context }).findResources('AWS::CloudWatch::Alarm'),
  ).map(({ Properties }) => ({
    name: String(Properties.AlarmName),
    /** What only a deployment knows is a region. */
    description: textOf(Properties.AlarmDescription),
  }))
const textOf = (description: string | { 'Fn::Join': [string, (string | object)[]] }): string =>
  typeof description === 'string'
    ? description
    : description['Fn::Join'][1].map(part => (typeof part === 'string' ? part : 'eu-central-1')).join('')
/** The address that a description ends in, as a mail or a chat finds it. */
const linkIn = (description: string) =>
  new URL(/ (https:\/\/[^\s"<>]+[^\s"<>.,)])$/.exec(description)?.[1] ?? '')

const named = alarmsOf({ runbookUrl: address }).map(({ name, description }) => ({
  name,
  anchor: linkIn(description).hash.slice(1),
}))

describe('every alarm', () => {
  test.each(alarmsOf({ runbookUrl: address }))(
    'ends in the address of its section: $name',
    ({ description }) => {
      const { href, hash } = linkIn(description)
      expect(href).toBe(address + hash)
      expect(description).toMatch(/^[A-Z][^.]+\. Runbook: https:/)
    },
  )
  test.each(alarmsOf({}))(
    'ends in the address of the dashboard where nobody says where the runbook is: $name',
    ({ description }) => {
      const { host, pathname, search, hash } = linkIn(description)
      expect({ host, pathname, search, hash }).toEqual({
        host: 'console.aws.amazon.com',
        pathname: '/cloudwatch/home',
        search: '?region=eu-central-1',
        hash: '#dashboards/dashboard/role-sync-prod',
      })
      const [, named] =
        /Runbook: infra\/RUNBOOK\.md of role-sync, section "(.+)"\. Dashboard: /.exec(description) ?? []
      expect(sections.map(({ heading }) => heading)).toContain(named)
      expect(description.length).toBeLessThanOrEqual(1024)
    },
  )
  test('leads to the dashboard that the stack has', () => {
    expect(only(templateOf({ stage: 'prod' }), 'AWS::CloudWatch::Dashboard').Properties.DashboardName).toBe(
      'role-sync-prod',
    )
  })
})

describe('the runbook', () => {
  test.each(named)('has the section that the alarm $name names', ({ anchor }) => {
    expect(sections.map(({ heading }) => anchorOf(heading))).toContain(anchor)
  })
  test('has no section that no alarm names', () => {
    const anchors = new Set(named.map(({ anchor }) => anchor))
    expect(sections.filter(({ heading }) => !anchors.has(anchorOf(heading)))).toEqual([])
  })
  test.each(sections)('describes, investigates and resolves: $heading', ({ text }) => {
    const parts = [...text.matchAll(/^\*\*(\w+)\.\*\* \S/gm)].map(([, part]) => part)
    expect(parts).toEqual(['Description', 'Investigation', 'Resolution'])
  })
  test('is where the anchors lead: no other heading of it has one of them', () => {
    const anchors = [...runbook.matchAll(/^#{1,6} (.+)$/gm)].map(([, heading = '']) => anchorOf(heading))
    for (const { anchor } of named) expect(anchors.filter(each => each === anchor)).toHaveLength(1)
  })
})
