import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { anchorOf } from '../../infra/constructs/runbook-links.ts'
import { type OwnPackage, runbookIn } from '../../infra/context/alarm-settings.ts'
import { readDeployment } from '../../infra/context/deployment.ts'
import { root } from '../../infra/paths.ts'
import { good } from './good-context.ts'
import { guards, only, sources, templateOf } from './stage.ts'

/** Without its blocks of code, where `#` is no heading. */
const runbook = readFileSync(join(root, 'infra', 'RUNBOOK.md'), 'utf8').replace(/^```[\s\S]*?^```$/gm, '')
const sections = runbook
  .split(/^## /m)
  .slice(1)
  .map(text => ({ heading: text.slice(0, text.indexOf('\n')), text }))

const address = 'https://git.example.com/role-sync/blob/main/infra/RUNBOOK.md'
const alarmsOf = (context: object, ownPackage: OwnPackage = {}) =>
  Object.values(
    templateOf({ stage: 'prod', sources, guards, ...context }, ownPackage).findResources(
      'AWS::CloudWatch::Alarm',
    ),
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
  test.each(alarmsOf({}, { repository: 'https://git.example.com/role-sync' }))(
    'ends in the address of its section in the repository that the package names: $name',
    ({ description }) => {
      const { href, hash } = linkIn(description)
      expect(href).toBe(`https://git.example.com/role-sync/blob/HEAD/infra/RUNBOOK.md${hash}`)
      expect(hash).not.toBe('')
    },
  )
  test('leads to the dashboard that the stack has', () => {
    expect(only(templateOf({ stage: 'prod' }), 'AWS::CloudWatch::Dashboard').Properties.DashboardName).toBe(
      'role-sync-prod',
    )
  })
})

const inRepository = 'https://git.example.com/a/role-sync/blob/HEAD'
test.each<[repository: OwnPackage['repository'], runbook: string | undefined]>([
  ['https://git.example.com/a/role-sync', `${inRepository}/infra/RUNBOOK.md`],
  ['https://git.example.com/a/role-sync/', `${inRepository}/infra/RUNBOOK.md`],
  [{ url: 'git+https://git.example.com/a/role-sync.git' }, `${inRepository}/infra/RUNBOOK.md`],
  [
    { url: 'https://git.example.com/a/role-sync.git', directory: 'tools/roles' },
    `${inRepository}/tools/roles/infra/RUNBOOK.md`,
  ],
  [{ url: 'git+ssh://git@git.example.com/a/role-sync.git' }, undefined],
  ['https://user:secret@git.example.com/a/role-sync', undefined],
  ['a/role-sync', undefined],
  ['', undefined],
  [undefined, undefined],
])('in the repository %j the runbook is at %s', (repository, runbook) => {
  expect(runbookIn({ repository })).toBe(runbook)
})

test('what is set counts, and not the repository', () => {
  const read = readDeployment(
    { ...good, runbookUrl: address },
    { repository: 'https://git.example.com/other' },
  )
  expect(read).toMatchObject({ ok: true, deployment: { runbookUrl: address } })
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
