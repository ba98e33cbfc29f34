import { describe, expect } from '@jest/globals'
import { entryBy, jsonOf, letter } from '../dead-letters.ts'
import { commandLine } from '../fake-world.ts'
import { apply, fileOf, ofEach, plan } from '../replay-stage.ts'
import { scenario } from '../scenario.ts'
import type { Stage } from '../stage.ts'

const verify = (stage: Stage, ...args: string[]) => {
  const { sqs, dynamodb, lambda } = stage
  return commandLine(['replay', 'verify', fileOf(stage), ...args], {
    ...{ sqs, dynamodb, lambda, now: Date.now() },
  })
}
const statusesOf = async (stage: Stage) => {
  const { code, json } = await jsonOf(verify(stage, '--json'))
  const events = json.events as { event: string; status: string }[]
  return { code, statuses: Object.fromEntries(events.map(({ event, status }) => [event, status])) }
}

describe('replay verify', () => {
  scenario('says of each letter of an applied plan what became of it', async () => {
    const stage = await ofEach()
    await plan(stage)
    await apply(stage)
    const waiting = { old: 'superseded', 'in-effect': 'superseded', new: 'waiting_or_unknown', busy: 'dead' }
    expect(await statusesOf(stage)).toMatchObject({ code: 1, statuses: waiting })

    await stage.entry(entryBy('new', '2026-11-23T11:00:00', { rev: 5 }))
    expect(await statusesOf(stage)).toMatchObject({ code: 0, statuses: { ...waiting, new: 'applied' } })
  })
  scenario('says so when a letter is dead again', async () => {
    const stage = await ofEach()
    await plan(stage)
    await apply(stage)
    await letter(stage, 'new', 'forbidden', { time: '2026-11-23T11:00:00Z' })
    const { code, out } = await verify(stage)
    expect({ code, rows: out.split('\n') }).toEqual({
      code: 1,
      rows: expect.arrayContaining(['  dead: forbidden: because']),
    })
  })
  scenario('names a plan file that it cannot read', async () => {
    const stage = await ofEach()
    expect(await verify(stage)).toMatchObject({
      code: 2,
      err: expect.stringContaining(`cannot read ${fileOf(stage)}: no such file`),
    })
  })
})
