import { sourcePath } from '../../../functions/intake/source-kinds.ts'
import { readCatalogue } from '../../../functions/targets/index.ts'
import { expectedMessages } from '../outcomes/expected-messages.ts'
import { type OutcomeRecord, outcomeRecord } from '../outcomes/run-outcomes.ts'
import { type StackPage, startStackPage } from '../page/stack-page.ts'
import { createReporter, type Streams } from '../report/run-reporter.ts'
import { farewell } from '../report/run-story.ts'
import { environmentOf } from '../report/shell-environment.ts'
import { approveBurst, type BurstRelease, burstStory, releaseOf } from '../sample/approve-burst.ts'
import { enqueue } from '../sample/enqueue-lines.ts'
import { readEvents } from '../sample/events-file.ts'
import { sampleDay } from '../sample/sample-day.ts'
import { deliver } from '../sample/send-deliveries.ts'
import { entryIn } from '../stack/ledger-entries.ts'
import { type LocalStack, startStack } from '../stack/local-stack.ts'
import { openData } from './data-folder.ts'
import { guardsContext, synthesizeLocal } from './local-synthesis.ts'
import type { Options } from './run-options.ts'
import { startTargets } from './run-targets.ts'

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
  const release = releaseOf(
    approved,
    async ({ sender }) => {
      const env = environmentOf(stack, targets.environment, sourceTokens)
      return approveBurst({ sender, people: approvers, why: 'asked by phone', env, signal: interrupted })
    },
    problem => {
      if (problem !== undefined && !interrupted.aborted) reporter.note(problem)
      look()
    },
  )
  const record = outcomeRecord({
    tell: outcome => {
      page?.ended(outcome)
      release.ended(outcome)
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
  const { sent, refused } = await enqueue(stack.sqs, stack.changes.url, lines)
  for (const { line, why } of refused) reporter.note(`error: SQS refused line ${line}: ${why}`)
  if (page) {
    await reporter.environment(environmentOf(stack, targets.environment, sourceTokens, page.url))
    reporter.note(`live page: ${page.url}`)
    if (stack.apiUrl !== undefined) reporter.note(`intake: ${stack.apiUrl}${sourcePath('NAME')}`)
  }

  const queued = [...there, ...sent]
  const messageIds = queued.map(({ messageId }) => messageId)
  reporter.begin(messageIds, expectedMessages(queued, catalogue, Date.now(), approved !== undefined))
  const end = whenOver(stack, record, release, options.serve ? messageIds : undefined)
  look = end.look
  stack.poll()
  look()

  const stopped = new Promise<void>(resolve => {
    interrupted.addEventListener('abort', () => resolve())
    if (interrupted.aborted) resolve()
  })
  await Promise.race([end.over, stopped])
  if (!interrupted.aborted) {
    const story = burst ? burstStory(burst, record.outcomes, release.approved) : []
    await reporter.summary(record.outcomes, page?.url, story)
  }
  if (options.serve) await stopped
  if (interrupted.aborted) {
    const [waiting, letters] = [stack.changes, stack.deadLetters].map(queue => stack.messages(queue).length)
    reporter.note(farewell({ data: options.data, waiting: waiting!, letters: letters! }))
    if (!options.serve) return 1
  }
  return refused.length + undelivered.length > 0 || release.hasFailed ? 1 : 0
}

/** Says when a run is over. */
interface Over {
  /** Checks whether the run is over. Called after every receive and invocation. */
  look(): void
  /** Resolves when it is over. */
  readonly over: Promise<void>
}

/**
 * Without `given` a run is over when the changes queue is empty (visible, in flight and delayed), no invocation runs and no approval is at work; else when
 * every given message is settled, and as many more as the events of people became. Letters that SQS moved itself are reported first.
 */
export function whenOver(
  stack: Pick<LocalStack, 'messages' | 'changes' | 'deadLetters' | 'running'>,
  record: OutcomeRecord,
  release: Pick<BurstRelease, 'isAtWork'>,
  given?: readonly string[],
): Over {
  const { promise: over, resolve, reject } = Promise.withResolvers<void>()
  let looking = Promise.resolve()
  const isOver = () => {
    if (given) {
      const made = record.outcomes.reduce((sum, { events = 0 }) => sum + events, 0)
      return given.every(record.isSettled) && record.settledCount >= given.length + made
    }
    return !release.isAtWork && stack.running === 0 && stack.messages(stack.changes).length === 0
  }
  const look = async () => {
    // First the queue, then the letters: the next check finds a message that SQS moves in between.
    const done = isOver()
    await record.lookAtLetters(stack.messages(stack.deadLetters))
    if (done || (given && isOver())) resolve()
  }
  return {
    over,
    look: () => {
      looking = looking.then(look).catch(reject)
    },
  }
}
