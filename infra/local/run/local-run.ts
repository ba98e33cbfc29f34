import { resolve } from 'node:path'
import { sourcePath } from '../../../functions/intake/source-kinds.ts'
import { outcomeRecord } from '../outcomes/outcome-record.ts'
import type { Page } from '../page/live-page.ts'
import { pageOf } from '../page/stack-page.ts'
import { createReporter, type Reporter, type Streams } from '../report/run-reporter.ts'
import { environmentOf } from '../report/shell-environment.ts'
import { enqueue } from '../sample/enqueue-lines.ts'
import { sampleDay } from '../sample/sample-day.ts'
import { type EventLine, readEvents } from '../sample/sample-lines.ts'
import { deliver } from '../sample/send-deliveries.ts'
import { startStack } from '../stack/local-stack.ts'
import { type DataFolder, openData } from './data-folder.ts'
import { synthesizeLocal } from './local-synthesis.ts'
import { whenOver } from './run-end.ts'
import type { Options } from './run-options.ts'
import { startTargets } from './run-targets.ts'

/**
 * One run of the local stack, from its options to its exit code: 0 when everything given was taken and the run came to
 * its end. `interrupted` ends it early. Throws what a person has to put right: a port in use, a wrong setting.
 */
export async function run(options: Options, streams: Streams, interrupted: AbortSignal): Promise<number> {
  const given = options.events === undefined ? undefined : await readEvents(options.events)
  const cleanUp: (() => unknown)[] = []
  const reporter = createReporter(streams, options.json)
  try {
    return await work(options, given, reporter, interrupted, cleanUp)
  } finally {
    reporter.stop()
    for (const step of cleanUp.reverse()) await step()
  }
}

async function work(
  options: Options,
  given: readonly EventLine[] | undefined,
  reporter: Reporter,
  interrupted: AbortSignal,
  cleanUp: (() => unknown)[],
): Promise<number> {
  const data = options.data === undefined ? undefined : openData(options.data)
  cleanUp.push(() => data?.release())

  const plays = given === undefined && (data === undefined || data.isNew)
  const day = plays ? sampleDay(Date.now()) : undefined
  const lines = given ?? day?.lines ?? []

  const bodies = [...lines.map(line => line.body), ...(day?.delivered ?? [])]
  const targets = await startTargets(options, targetsWorld(options, bodies, data))
  cleanUp.push(targets.stop)
  day?.misbehave(targets)

  reporter.note('synthesizing the stack')
  const synthesis = await synthesizeLocal(options, targets.urls)
  cleanUp.push(synthesis.remove)

  let page: Page | undefined
  const record = outcomeRecord({
    tell: outcome => {
      page?.outcome(outcome)
      return reporter.outcome(outcome)
    },
    reported: data?.reported ?? new Set(),
    report: id => data?.report(id),
    onTrouble: reporter.note,
  })
  let look = () => {}
  const stack = await startStack({
    template: synthesis.template,
    assetOf: synthesis.assetOf,
    port: options.port,
    region: 'us-east-1',
    folder: options.data,
    secrets: synthesis.secrets,
    onSettled: record.settle,
    onTurn: () => look(),
    onLine: line => {
      page?.line(line)
      reporter.line(line)
    },
    onTrouble: reporter.note,
  })
  cleanUp.push(stack.stop)

  if (options.serve) {
    page = await pageOf(stack, options.port, reporter.note)
    cleanUp.push(page.stop)
  }

  // First what takes its time: the delays of lines are counted from when they are enqueued.
  const undelivered = await deliver({ ...stack, sourceTokens: synthesis.sourceTokens }, day?.deliveries ?? [])
  for (const problem of undelivered) reporter.note(`error: ${problem}`)
  /** Of an earlier run, and delivered. */
  const there = stack.messages(stack.changes).map(message => message.messageId)
  const { messageIds, refused } = await enqueue(stack.sqs, stack.changes.url, lines)
  for (const { line, why } of refused) reporter.note(`error: line ${line} was refused by SQS: ${why}`)
  if (page) {
    await reporter.environment(environmentOf(stack, targets.urls, synthesis.sourceTokens, page.url))
    reporter.note(`live page: ${page.url}`)
    if (stack.apiUrl !== undefined) reporter.note(`intake: ${stack.apiUrl}${sourcePath('NAME')}`)
  }

  const all = [...there, ...messageIds]
  reporter.begin(all)
  const end = whenOver(stack, record, options.serve ? all : undefined)
  look = end.look
  stack.poll()
  look()

  const stopped = new Promise<void>(resolve => {
    interrupted.addEventListener('abort', () => resolve())
    if (interrupted.aborted) resolve()
  })
  await Promise.race([end.over, stopped])
  if (!interrupted.aborted) await reporter.summary(record.outcomes)
  if (options.serve) await stopped
  else if (interrupted.aborted) return 1
  return refused.length + undelivered.length > 0 ? 1 : 0
}

const targetsWorld = ({ context }: Options, bodies: readonly string[], data: DataFolder | undefined) => ({
  rolesFile: resolve(context.roles ?? 'infra/roles.json'),
  bodies,
  fileOf: data?.sandboxFile,
})
