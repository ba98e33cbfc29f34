import { once } from 'node:events'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { proofItem } from '../../../functions/core/history/history-item.ts'
import { appliedOf, member } from '../../support/entries.ts'
import { bodyOf, wachtData } from '../../support/events.ts'
import { ask, foreign } from '../../support/foreign-requests.ts'
import { type FakeCloudWatch, startCloudWatch } from '../fake-cloudwatch.ts'
import { startProgram } from '../program.ts'
import { environmentOf, type Stage, startStages } from '../stage.ts'
import { type Chromium, startChromium, type Tab } from './page-chromium.ts'

/** `role-sync console` in a process of its own, over a stage on this machine's engines. */
const running = new AsyncDisposableStack()
let stage: Stage
let cloudWatch: FakeCloudWatch
let chromium: Chromium
beforeAll(async () => {
  const stages = running.adopt(await startStages(), each => each.stop())
  stage = await stages.next()
  cloudWatch = running.adopt(await startCloudWatch(), each => each.stop())
  chromium = running.adopt(await startChromium(), each => each.stop())
})
afterAll(() => running.disposeAsync())

async function startConsole(...args: readonly string[]) {
  const env = {
    ...environmentOf(stage),
    ...{ AWS_ENDPOINT_URL_CLOUDWATCH_LOGS: cloudWatch.url, AWS_ENDPOINT_URL_CLOUDWATCH: cloudWatch.url },
  }
  const { child, ended } = startProgram(['console', '--json', ...args], env)
  const [said] = await once(child.stdout, 'data')
  return { child, ended, url: (JSON.parse(String(said)) as { readonly url: string }).url }
}

const shows = (tab: Tab, selector: string, text: string) =>
  tab.until(
    `document.querySelector(${JSON.stringify(selector)})?.textContent.includes(${JSON.stringify(text)})`,
  )

test('the page over a stage has its letters, finds a member and shows a timeline, and says what it may not read', async () => {
  const now = Date.now()
  await stage.letter(bodyOf(), { reason: 'not_found', trail: '{"detail":"No such member"}' })
  await stage.letter(bodyOf({ id: 'held', data: { ...wachtData, roleId: undefined, role: 'member' } }), {
    ...{ reason: 'held', guard: 'burst', sender: 'intake/okta' },
  })
  await stage.history(
    proofItem(member, { ...appliedOf(1), at: now - 400 * 86_400_000, role: 'manager' }, text => text),
  )
  cloudWatch.write(now - 2000, {
    ...{ message: 'outcome', messageId: 'm2', event: 'e2', source: 's', target: 'wacht', member },
    ...{ outcome: 'applied', status: 200, calls: 1, effectMs: 400 },
  })
  cloudWatch.refused.add('DescribeAlarms')
  const { child, ended, url } = await startConsole()
  const tab = await chromium.open(url)
  await shows(
    tab,
    '#health',
    '2 changes need a person; not everything is known: the alarms could not be read',
  )
  await shows(tab, 'main', 'Not read: the alarms (no permission cloudwatch:DescribeAlarms).')
  await shows(tab, '#failures', 'No such member')
  await shows(tab, '#held summary', '1 person burst intake/okta to the role member')
  await shows(tab, '#held pre', `--sender intake/okta --out plan.json --stage ${stage.stage}`)
  await shows(tab, '#recent li', 'e2')
  await tab.focus('#recent input')
  await tab.type(member)
  await tab.until(`document.querySelectorAll('#recent li').length === 2`)
  await tab.click('#recent li:last-child a')
  await shows(tab, 'dialog .timeline', 'In effect')
  await shows(tab, 'dialog dl', 'manager')
  expect(tab.complaints).toEqual([])
  await tab.close()

  child.kill('SIGINT')
  const { code, err } = await ended
  expect({ code, err }).toEqual({
    code: 130,
    err: 'Not read: the alarms (no permission cloudwatch:DescribeAlarms).\n',
  })
  expect(stage.letters()).toHaveLength(2)
})

test('the console answers no request of another web page, and only on loopback', async () => {
  const { child, ended, url } = await startConsole()
  expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/)
  const { host } = new URL(url)
  for (const [, headers] of foreign) {
    const { status } = await ask(`${url}/overview`, headers(host), { method: 'GET' })
    expect([403, 421]).toContain(status)
  }
  child.kill('SIGINT')
  await ended
})
