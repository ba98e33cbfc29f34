import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from '@jest/globals'
import { startOnTerminal } from '../cli/terminal.ts'
import { wachtEvent } from './sample-events.ts'

const folder = mkdtempSync(join(tmpdir(), 'role-sync-local-'))
afterAll(() => rmSync(folder, { recursive: true }))

test('npm start on a terminal has a progress bar, a coloured story, and says at Ctrl-C what is lost', async () => {
  const events = join(folder, 'events.ndjson')
  writeFileSync(events, [wachtEvent('a'), 'no event'].map(event => JSON.stringify(event)).join('\n'))
  const args = ['--serve', '--events', events, '--port', '0', '-c', 'functionTimeoutSeconds=60']
  const run = startOnTerminal('infra/local/start.ts', args, {}, 100)
  await run.until(/Try next:/)
  expect(run.text()).toMatch(/2 of 2 settled/)
  expect(run.text()).toMatch(/\n2 messages: 1 change in effect, 1 needs a person\n/)
  expect(run.raw()).toContain('\u001b[32mapplied')
  run.type('\x03')
  expect(await run.ended).toBe(0)
  expect(run.text()).toMatch(
    /Stopping\. All data is in memory and is lost: 0 waiting messages, 1 dead letter/,
  )
})
