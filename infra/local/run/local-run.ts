import { sourcePath } from '../../../functions/intake/source-kinds.ts'
import { readCatalogue } from '../../../functions/targets/index.ts'
import { expectedMessages } from '../outcomes/expected-messages.ts'
import { outcomeRecord } from '../outcomes/run-outcomes.ts'
import { type StackPage, startStackPage } from '../page/stack-page.ts'
import { createReporter, type Streams } from '../report/run-reporter.ts'
import { farewell } from '../report/run-story.ts'
import { environmentOf } from '../report/shell-environment.ts'
import { approveBurst, burstStory } from '../sample/approve-burst.ts'
import { enqueue } from '../sample/enqueue-lines.ts'
import { readEvents } from '../sample/events-file.ts'
import { editStory, putRight } from '../sample/put-right.ts'
import { sampleDay } from '../sample/sample-day.ts'
import { sceneOf } from '../sample/scene.ts'
import { deliver } from '../sample/send-deliveries.ts'
import { entryIn } from '../stack/ledger-entries.ts'
import { startStack } from '../stack/local-stack.ts'
import { openData } from './data-folder.ts'
import { guardsContext, synthesizeLocal } from './local-synthesis.ts'
import type { Options } from './run-options.ts'
import { startTargets } from './run-targets.ts'
import { whenOver } from './when-over.ts'

/** Who approves what the sample's guard holds: as many of them as the stage asks for. */
const approvers = ['anna', 'bob', 'carla', 'dan', 'eve']

/**
 * One run of the local stack. Resolves to the exit code: 0 if SQS and the intake accepted everything and the run finished.
 * `interrupted` ends it early. Rejects with an error that the user can correct: a port in use, a wrong setting.
 */
export async function run(options: Options, streams: Streams, interrupted: AbortSignal): Promise<number> {
  const file = options.events === undefined ? undefined : await readEvents(options.events)
  await using cleanUp = new AsyncDisposableStack()
  const reporter = createReporter(streams, options.json)
  cleanUp.defer(reporter.stop)
  const data = options.data === undefined ? undefined : openData(options.data)
  cleanUp.defer(() => data?.release())

  const plays = file === undefined && (data === undefined || data.isNew)
  const day = plays ? sampleDay(Date.now()) : undefined
  const lines = file ?? day?.lines ?? []
  const bodies = [...lines.map(line => line.body), ...(day?.delivered ?? [])]
  const targets = await startTargets(options, bodies, data?.sandboxFile)
  cleanUp.defer(targets.stop)
  day?.misbehave(targets.sandboxes)

  reporter.note('synthesizing the stack')
  const guards = file === undefined ? guardsContext(options.context) : {}
  const { template, assetOf, secrets, sourceTokens, remove } = await synthesizeLocal(
    { ...options, context: { ...options.context, ...guards } },
    targets.urls,
  )
  cleanUp.defer(remove)
  const catalogue = readCatalogue(targets.catalogue)

  let page: StackPage | undefined
  const burst = guards.guards === undefined ? undefined : day?.burst
  // A run that stays up leaves the approval to its user.
  const approved = options.serve ? undefined : burst
  // Somebody edits a sandbox, and never a real target.
  const edit = burst && targets.sandboxes.has('project') ? day?.edit : undefined
  const env = () => environmentOf(stack, targets.environment, sourceTokens)
  const afterScene = (problem?: string) => {
    if (problem !== undefined && !interrupted.aborted) reporter.note(problem)
    look()
  }
  const release = sceneOf(
    approved?.events,
    ({ outcome }) => outcome === 'held',
    () =>
      approveBurst({
        ...{ sender: approved!.sender, people: approvers, why: 'asked by phone' },
        ...{ env: env(), signal: interrupted },
      }),
    'what the guard holds is not approved',
    afterScene,
  )
  const righting = sceneOf(
    edit?.events,
    ({ outcome }) => outcome === 'applied',
    () => putRight(edit!, env(), interrupted),
    'what somebody edits at the target is not put right',
    afterScene,
  )
  const scenes = [release, righting]
  const record = outcomeRecord({
    tell: outcome => {
      page?.ended(outcome)
      for (const scene of scenes) scene.ended(outcome)
      return reporter.outcome(outcome)
    },
    reported: data?.reported ?? new Set(),
    report: id => data?.report(id),
    onTrouble: reporter.note,
    entry: member => entryIn(stack)(member),
    now: Date.now,
  })
  let look = () => {}
  const stack = await startStack({
    ...{ template, assetOf, secrets, port: options.port, region: 'us-east-1', folder: options.data },
    onReceived: messages => page?.received(messages),
    onSettled: record.settle,
    onTurn: () => look(),
    onLine: line => {
      page?.line(line)
      reporter.line(line)
    },
    onTrouble: reporter.note,
  })
  cleanUp.defer(stack.stop)

  if (options.serve) {
    page = await startStackPage(stack, catalogue, options.port, reporter.note)
    cleanUp.defer(page.stop)
  }

  // Deliveries first, because they take time: the delays of lines count from their send.
  const undelivered = await deliver({ ...stack, sourceTokens }, day?.deliveries ?? [])
  for (const problem of undelivered) reporter.note(`error: ${problem}`)
  /** Messages of an earlier run, and those of the deliveries. */
  const there = stack.messages(stack.changes)
  // A role of the day ends some seconds after its send, and the start took some.
  const { sent, refused } = await enqueue(
    stack.sqs,
    stack.changes.url,
    day ? sampleDay(Date.now()).lines : lines,
  )
  for (const { line, why } of refused) reporter.note(`error: SQS refused line ${line}: ${why}`)
  if (page) {
    await reporter.environment(environmentOf(stack, targets.environment, sourceTokens, page.url))
    reporter.note(`live page: ${page.url}`)
    if (stack.apiUrl !== undefined) reporter.note(`intake: ${stack.apiUrl}${sourcePath('NAME')}`)
  }

  const queued = [...there, ...sent]
  const messageIds = queued.map(({ messageId }) => messageId)
  reporter.begin(
    messageIds,
    expectedMessages(queued, catalogue, Date.now(), {
      approved: approved !== undefined,
      more: (edit ? 1 : 0) + (day ? 1 : 0),
    }),
  )
  const end = whenOver(
    ...([stack, record, scenes] as const),
    options.serve ? messageIds : undefined,
    () => righting.result?.sent ?? 0,
  )
  look = end.look
  stack.poll()
  look()

  const stopped = new Promise<void>(resolve => {
    interrupted.addEventListener('abort', () => resolve())
    if (interrupted.aborted) resolve()
  })
  await Promise.race([end.over, stopped])
  if (!interrupted.aborted) {
    await reporter.summary(record.outcomes, page?.url, [
      ...(burst ? burstStory(burst, record.outcomes, release.result) : []),
      ...(edit ? editStory(edit, record.outcomes, righting.result) : []),
    ])
  }
  if (options.serve) await stopped
  if (interrupted.aborted) {
    const [waiting, letters] = [stack.changes, stack.deadLetters].map(queue => stack.messages(queue).length)
    reporter.note(farewell({ data: options.data, waiting: waiting!, letters: letters! }))
    if (!options.serve) return 1
  }
  return refused.length + undelivered.length > 0 || scenes.some(({ hasFailed }) => hasFailed) ? 1 : 0
}
