import { createServer } from 'node:http'
import { PassThrough } from 'node:stream'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import type { CliWorld } from '../../../functions/cli/io/cli-world.ts'
import { run } from '../../../functions/cli/program.ts'
import { listening } from '../../support/server.ts'
import { commandLine, fakeWorld } from '../fake-world.ts'
import { type Stage, startStages } from '../stage.ts'

let stages: Awaited<ReturnType<typeof startStages>>
let stage: Stage
beforeAll(async () => {
  stages = await startStages()
  stage = await stages.next()
})
afterAll(() => stages.stop())

/** A world whose operator presses Ctrl-C once the command has said its address. */
function impatient(args: readonly string[], more: (world: CliWorld) => Partial<CliWorld> = () => ({})) {
  const { world, stop, out, err } = fakeWorld({ sqs: stage.sqs, dynamodb: stage.dynamodb })
  const stdout = Object.assign(new PassThrough(), { isTTY: false })
  stdout.once('data', () => stop('interrupted')).pipe(world.stdout)
  const ended = run(['console', '--stage', stage.stage, ...args], { ...world, stdout, ...more(world) })
  return ended.then(code => ({ code, out: out(), err: err() }))
}

test('says its address, on a free port of this machine, and ends at Ctrl-C', async () => {
  const { code, out, err } = await impatient([])
  expect({ code, err }).toEqual({ code: 130, err: '' })
  expect(out).toMatch(
    new RegExp(`^stage ${stage.stage}: http://127\\.0\\.0\\.1:\\d+ for this machine alone, until Ctrl-C\\n$`),
  )
})

test('serves also where the operator may not look for queues: the page says it', async () => {
  const denied = Object.assign(new Error('no'), { name: 'AccessDenied' })
  const sqs = (world: CliWorld) => ({
    sqs: () => Object.assign(Object.create(world.sqs()), { send: () => Promise.reject(denied) }),
  })
  expect(await impatient(['--json'], sqs)).toMatchObject({
    code: 130,
    out: expect.stringMatching(/^{"stage":/),
  })
})

test('a port that is in use is one line', async () => {
  const server = createServer()
  const port = await listening(server)
  const { code, out, err } = await impatient(['--port', `${port}`])
  expect({ code, out, err }).toEqual({
    ...{ code: 2, out: '' },
    err: `role-sync: port ${port} is in use: choose another one with --port\n`,
  })
  server.close()
})

test('a stage that is not there, and a port that is none', async () => {
  const given = { sqs: stage.sqs }
  expect(await commandLine(['console', '--stage', 'none'], given)).toMatchObject({
    code: 2,
    err: expect.stringMatching(/^role-sync: queue role-sync-none-changes does not exist: check --stage/),
  })
  for (const port of ['65536', '-1', '1.5', 'x'])
    expect(await commandLine(['console', `--port=${port}`], given)).toMatchObject({
      code: 2,
      err: expect.stringContaining('It must be a port, 0 to 65535.'),
    })
})
