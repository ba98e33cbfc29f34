import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll } from '@jest/globals'
import { bodyOf, membership, organization, projectData, projectId } from '../support/events.ts'
import { at, diedOf, entryBy, jsonOf, letter } from './dead-letters.ts'
import { type Stage, startStages } from './stage.ts'

export const stages = await startStages()
const folder = mkdtempSync(join(tmpdir(), 'role-sync-cli-'))
afterAll(async () => {
  await stages.stop()
  rmSync(folder, { recursive: true })
})

export const project = `project/${projectId}/${projectData.memberId}`
export const wachtUrl = `https://api.wacht.dev/organizations/${organization}/members/${membership}`
/** The plan file of a stage. */
export const fileOf = (stage: Stage) => join(folder, `${stage.stage}.json`)
/** Plans a stage's letters and keeps the plan. */
export const plan = (stage: Stage, ...args: string[]) =>
  jsonOf(at(stage, ['replay', 'plan', '--json', '--out', fileOf(stage), ...args]))
/** Applies the plan that was kept. */
export const apply = (stage: Stage, ...args: string[]) =>
  jsonOf(at(stage, ['replay', 'apply', fileOf(stage), '--yes', '--json', ...args]))

/** A letter of each verdict. */
export async function ofEach() {
  const stage = await stages.next()
  await letter(stage, 'old', 'gave_up', { time: '2026-11-23T08:00:00Z' })
  await letter(stage, 'in-effect', 'gave_up', { time: '2026-11-23T10:00:00Z' })
  await letter(stage, 'new', 'rejected', { time: '2026-11-23T11:00:00Z' })
  await stage.entry(entryBy('in-effect'))
  await stage.letter(bodyOf({ id: 'busy', data: projectData }), diedOf('busy', 'not_found'))
  const { applied: _, ...rest } = entryBy('x')
  await stage.entry({ ...rest, member: project, unproven: 'other' })
  await stage.letter('no event')
  return stage
}

/** A member's id for each of these short ids. */
export const uuid = (id: string): string =>
  `3c90c3cc-0d44-4b50-8888-${Buffer.from(id.padEnd(6, '0')).toString('hex')}`
