import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { SendMessageBatchCommand } from '@aws-sdk/client-sqs'
import { afterAll, expect } from '@jest/globals'
import { bodyOf } from '../support/events.ts'
import { diedOf, letter } from './dead-letters.ts'
import { clientOf } from './fake-world.ts'
import { runProgram, startProgram } from './program.ts'
import { scenario } from './scenario.ts'
import { environmentOf, startStages } from './stage.ts'

const stages = await startStages()
const folder = mkdtempSync(join(tmpdir(), 'role-sync-cli-'))
afterAll(async () => {
  await stages.stop()
  rmSync(folder, { recursive: true })
})

const pause = (ms: number) => new Promise(resolve => setTimeout(resolve, ms))
scenario('Ctrl-C during a look ends it at once, and every letter is visible again', async () => {
  const stage = await stages.next()
  const client = clientOf(stage.sqs)
  for (let batch = 0; batch < 100; batch++) {
    const Entries = Array.from({ length: 10 }, (_, index) => ({
      Id: String(index),
      MessageBody: bodyOf({ id: `e${batch}-${index}` }),
    }))
    await client.send(new SendMessageBatchCommand({ QueueUrl: stage.deadLetters, Entries }))
  }
  client.destroy()
  const { child, ended } = startProgram(['dead', 'list'], environmentOf(stage))
  const looked = () => stage.letters().filter(({ approximateReceiveCount: count }) => count > 0).length
  while (looked() === 0) await pause(5)
  child.kill('SIGINT')
  expect(await ended).toEqual({ code: 130, out: '', err: '' })
  await pause(1100)
  let visible = 0
  for (let came = 1; came > 0; visible += came) came = (await stage.hide(10, 60)).length
  expect(visible).toBe(1000)
})

scenario('Ctrl-C during an apply finishes what is begun, and loses nothing', async () => {
  const stage = await stages.next()
  const ids = Array.from({ length: 10 }, (_, index) => `e${index}`)
  for (const [index, id] of ids.entries()) await letter(stage, id, 'rejected', ofMember(index))
  const file = join(folder, 'plan.json')
  expect(await runProgram(['replay', 'plan', '--out', file], environmentOf(stage))).toMatchObject({
    code: 0,
    err: '',
  })

  const args = ['replay', 'apply', file, '--yes', '--rate', '0.1', '--json']
  const { child, ended } = startProgram(args, environmentOf(stage))
  while (stage.changes().length < 1) await pause(5)
  child.kill('SIGINT')
  const { code, out, err } = await ended
  const sent = stage.changes().length
  expect({ code, json: JSON.parse(out) }).toEqual({
    code: 130,
    json: { sent, removed: 0, refused: 0, failed: 0, stopped: true },
  })
  expect(err).toContain('Stopped: the remaining letters are unchanged on the dead-letter queue.\n')
  expect(sent).toBeLessThan(10)
  const all = [...stage.changes(), ...stage.letters()].map(({ body }) => JSON.parse(body).id)
  expect(all.toSorted()).toEqual(ids)
})

scenario('without --yes and without a terminal nothing is applied', async () => {
  const stage = await stages.next()
  await stage.letter(bodyOf({ id: 'a' }), diedOf('a', 'rejected'))
  const file = join(folder, 'asked.json')
  await runProgram(['replay', 'plan', '--out', file], environmentOf(stage))
  expect(await runProgram(['replay', 'apply', file], environmentOf(stage), 'yes\n')).toEqual({
    ...{ code: 2, out: '' },
    err: 'role-sync: Cannot ask for confirmation: not a terminal. Use --yes.\n',
  })
  expect(stage.letters()).toHaveLength(1)
})

const ofMember = (index: number) => ({
  data: { target: 'wacht', organizationId: '1', membershipId: String(index + 1), roleId: '2' },
})
