import { afterAll } from '@jest/globals'
import { bodyOf, projectData } from '../support/events.ts'
import { ago, diedOf, letter } from './dead-letters.ts'
import { startStages } from './stage.ts'

export const stages = await startStages()
afterAll(() => stages.stop())

/** A stage with a letter of each kind that filters tell apart. */
export async function mixed() {
  const stage = await stages.next()
  const messages = {
    old: await stage.letter(
      bodyOf({ id: 'old' }),
      diedOf('old', 'not_found', { failedAt: ago(259_230_000) }),
    ),
    a: await letter(stage, 'a', 'not_found'),
    other: await letter(stage, 'other', 'rejected', { source: '//elsewhere' }),
    project: await stage.letter(
      bodyOf({ id: 'p', data: projectData }),
      diedOf('p', 'gave_up', { claimed: { replays: 2, plan: '3f2a9c01d7be77' }, receives: 90 }),
    ),
    crashed: await stage.letter('no event'),
  }
  return { stage, messages }
}
