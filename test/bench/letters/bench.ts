import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Section } from '../section.ts'
import { type Services, startServices } from '../services/services.ts'
import { runCommand } from './command.ts'

/** How many letters each command meets. */
export interface LetterCounts {
  readonly list: readonly number[]
  readonly replay: readonly number[]
}

const usual: LetterCounts = { list: [10_000, 100_000], replay: [2000, 20_000] }

/** The highest rate that the command takes, in letters a second: more than this machine sends. */
const rate = '9999'

/** No function answers there: `replay plan` notes that roles are not compared with the deployed ones. */
const nowhere = 'http://127.0.0.1:9'

/** What commands over many dead letters take: `dead list`, `replay plan` and `replay apply`, each as an operator runs it. */
export async function letters({ list, replay }: LetterCounts = usual): Promise<Section> {
  const folder = mkdtempSync(join(tmpdir(), 'role-sync-bench-'))
  const plan = join(folder, 'plan.json')
  try {
    const rows: Section['rows'][number][] = []
    for (const count of list) rows.push(...(await measure(count, [['dead', 'list', '--json']])))
    for (const count of replay) {
      const commands = [
        ['replay', 'plan', '--json', '--out', plan],
        ['replay', 'apply', plan, '--yes', '--rate', rate],
      ]
      rows.push(...(await measure(count, commands)))
      rmSync(plan)
    }
    return {
      title: 'Dead letters: seconds, memory and calls of a command',
      note: 'a process for each command, embedded SQS and DynamoDB in another; each letter of another member without an entry; apply without a limit of its rate (10 a second unless it is said); once',
      rows,
    }
  } finally {
    rmSync(folder, { recursive: true })
  }
}

/** Runs these commands one after the other over so many letters. */
async function measure(count: number, commands: readonly (readonly string[])[]): Promise<Section['rows']> {
  const services = await startServices()
  const env = { ...services.environment, AWS_ENDPOINT_URL_LAMBDA: nowhere, ROLE_SYNC_STAGE: 'bench' }
  try {
    await services.bury(count, 1)
    const rows = []
    for (const args of commands) rows.push(await rowOf(count, args, env, services))
    return rows
  } finally {
    await services.stop()
  }
}

async function rowOf(
  count: number,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
  services: Services,
) {
  await services.counts()
  const { seconds, peakBytes } = await runCommand(args, env)
  const { target: _, ...calls } = await services.counts()
  const all = Object.values(calls).reduce((sum, count) => sum + count, 0)
  return {
    command: args.slice(0, 2).join(' '),
    letters: count,
    seconds: Number(seconds.toFixed(1)),
    'peak RSS, MB': Math.round(peakBytes / 1e6),
    'calls to AWS': all,
    'calls/letter': Number((all / count).toFixed(2)),
    which: Object.entries(calls)
      .map(([operation, made]) => `${operation} ${made}`)
      .join(', '),
  }
}
