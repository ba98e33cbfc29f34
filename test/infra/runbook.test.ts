import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { anchorOf } from '../../infra/constructs/runbook.ts'
import { root } from '../../infra/paths.ts'
import { sources, templateOf } from './stage.ts'

/** Without its blocks of code, where `#` is no heading. */
const readme = readFileSync(join(root, 'README.md'), 'utf8').replace(/^```[\s\S]*?^```$/gm, '')
const runbook = readme.split(/^## /m).find(text => text.startsWith('Runbook\n')) ?? ''
const sections = runbook
  .split(/^### /m)
  .slice(1)
  .map(text => ({ heading: text.slice(0, text.indexOf('\n')), text }))

const named = Object.values(
  templateOf({ stage: 'prod', sources }).findResources('AWS::CloudWatch::Alarm'),
).map(({ Properties }) => ({
  name: String(Properties.AlarmName),
  anchor: /\. Runbook: README\.md#([\w-]+)$/.exec(String(Properties.AlarmDescription))?.[1],
}))

describe("the README's runbook", () => {
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
  test('is where the anchors lead: no other heading of the README has one of them', () => {
    const anchors = [...readme.matchAll(/^#{1,6} (.+)$/gm)].map(([, heading = '']) => anchorOf(heading))
    for (const { anchor } of named) expect(anchors.filter(each => each === anchor)).toHaveLength(1)
  })
})
