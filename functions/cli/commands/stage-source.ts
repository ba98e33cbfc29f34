import { createLedger } from '../../aws/ledger-table.ts'
import { BoundedMap } from '../../core/bounded-map.ts'
import type { KnownEntry } from '../../core/dead-letter/planned-letters.ts'
import type { Instant } from '../../core/event/instant.ts'
import type { Catalogue } from '../../core/event/role-catalogue.ts'
import type { HistoryItem } from '../../core/history/history-item.ts'
import { type RoundItem, readRound } from '../../core/sweep/stored-round.ts'
import type { Round } from '../../core/sweep/sweep-round.ts'
import { explainRead, isMissing } from '../io/aws-errors.ts'
import type { CliWorld } from '../io/cli-world.ts'
import { Failure } from '../io/exit-codes.ts'
import { openHistory } from '../io/history-reader.ts'
import { itemsOf, openLedger } from '../io/ledger-reader.ts'
import { backMs, followLog } from '../io/log-reader.ts'
import { atMostOnce, createTroubles } from '../io/shared-reads.ts'
import { createStageReader } from '../io/stage-reader.ts'
import { createLetterReader } from '../page/letter-groups.ts'
import type { PageSource } from '../page/page-source.ts'
import { clockOf } from '../page/time-words.ts'
import { createTrackedSource } from '../page/tracked-source.ts'
import { alarmsOf } from './doctor-stage-checks.ts'
import { createLetterLooks } from './letter-looks.ts'
import { openDueOfMember } from './open-forecasts.ts'
import { isMember, lineOf, readRecentEnds, recentMs } from './recent-ends.ts'
import { type GlobalOptions, givenOptions, stageNames, stageOf } from './stage-options.ts'

/** How often each part is asked at most, in milliseconds. */
const every = { log: 5000, queues: 10_000, letters: 60_000, alarms: 60_000, history: 15_000, recent: 300_000 }

/** The most items of the history that one question takes, and the most sources that an event is looked for in. */
const [mostItems, mostSources] = [200, 4]

/**
 * The page's source over a deployed stage. It asks AWS only when it is asked itself; questions at the same time share one answer. What
 * cannot be read becomes a note on the page, and `onTrouble` gets it once; the rest goes on.
 */
export function createStageSource(
  options: GlobalOptions,
  catalogue: Catalogue,
  world: CliWorld,
  onTrouble: (text: string) => void,
): PageSource {
  const stage = stageOf(options, world.env)
  const names = stageNames(stage)
  const reader = createStageReader(world)
  const { now } = world
  const ledger = openLedger(world, stage, names.ledgerTable)
  const history = openHistory(world, stage, names.historyTable)
  const dead = createLetterLooks(world, stage, names.deadLetterQueue, createLetterReader(catalogue))
  const sweepTable = createLedger<RoundItem>(names.sweepTable, itemsOf(world.dynamodb()))
  const troubles = createTroubles(world, onTrouble)
  let depths = { waiting: 0, letters: 0 }
  let ringing: readonly string[] = []
  let behind: number | undefined
  let round: Round | undefined

  const start = () =>
    createTrackedSource({
      ...{ name: stage, now, catalogue, waiting: () => depths.waiting, letters: dead.letters },
      entry: member => entryOf(member),
      sweep: async () => round,
      due: member => dueOf(member),
      stage: {
        options: givenOptions({ ...options, stage }),
        ...{ periodMs: backMs, recentMs, letterCount: () => depths.letters, alarms: () => ringing },
        unread: () => Object.keys(parts).filter(part => troubles.has(part)),
        notes: () => [
          ...troubles.notes(),
          ...(behind === undefined
            ? []
            : [`The log has much to read. It is read up to ${clockOf(behind)} so far.`]),
          ...dead.notes(depths.letters),
        ],
      },
    })
  let tracked = start()
  /** What the history last told of the newest ends. */
  let ends: readonly HistoryItem[] = []
  const tellEnd = (item: HistoryItem) => tracked.told({ ...lineOf(item), isBrief: true }, Date.parse(item.at))
  const readLog = followLog(world, `/aws/lambda/${names.syncFunction}`, {
    line: (text, at) => tracked.line(text, at),
    gap: () => {
      tracked = start()
      for (const item of ends) tellEnd(item)
    },
  })
  const countOf = async (queue: string): Promise<number> => {
    const attributes = await reader.queue(queue)
    if (!attributes) throw new Failure(`there is no queue ${queue}`)
    const counted = ['', 'NotVisible', 'Delayed'].map(state => `ApproximateNumberOfMessages${state}`)
    return counted.reduce((sum, name) => sum + Number(attributes[name] ?? 0), 0)
  }
  const parts: Readonly<Record<string, () => Promise<void>>> = {
    'the log': atMostOnce(every.log, now, async () => {
      behind = await readLog()
    }),
    'the queues': atMostOnce(every.queues, now, async () => {
      const [waiting, letters] = await Promise.all([names.changesQueue, names.deadLetterQueue].map(countOf))
      depths = { waiting: waiting!, letters: letters! }
    }),
    'the dead letters': atMostOnce(every.letters, now, dead.look),
    'the alarms': atMostOnce(every.alarms, now, async () => {
      const alarms = await alarmsOf({ reader, stage, names })
      ringing = alarms.filter(each => each.StateValue === 'ALARM').map(each => each.AlarmName ?? '')
    }),
    'the sweep': atMostOnce(every.alarms, now, async () => {
      round = (await readRound(sweepTable.read).catch(offIsNone(world)))?.round
    }),
  }
  /** A part that failed is read again behind the answer, which does not wait for it. */
  const refresh = () =>
    Promise.all(
      Object.entries(parts).map(([part, read]) => {
        const wasRead = !troubles.has(part)
        const reading = troubles.watch(part, read)
        return wasRead ? reading : undefined
      }),
    )

  const entryOf = atMostOnce<KnownEntry>(every.history, now, member =>
    ledger.read(member).catch(() => 'unknown' as const),
  )
  /** Reads items of the history, which the page then knows like lines of the log. Resolves to the time of the last event. */
  const take = async (items: AsyncIterable<HistoryItem>): Promise<Instant | undefined> => {
    let count = 0
    let time: Instant | undefined
    await troubles.watch('the history', async () => {
      for await (const item of items) {
        tracked.told(lineOf(item), Date.parse(item.at))
        time = item.time
        count += 1
        if (count >= mostItems) return
      }
    })
    return time
  }
  const dueOf = openDueOfMember(options, world, troubles, every.history)
  const recent = atMostOnce(every.recent, now, () =>
    troubles.watch('the history', async () => {
      const source = { world, replayFunction: names.replayFunction, history, troubles, catalogue }
      ends = await readRecentEnds(source)
      ends.forEach(tellEnd)
    }),
  )
  const search = atMostOnce(every.history, now, async text => {
    const [source = '', ...id] = text.split(' ')
    if (isMember(text)) return void (await take(history.ofMember(text, {}, true)))
    if (id.length > 0) return void (await take(history.ofEvent(source, id.join(' '))))
    const sources = [...tracked.sources()].filter(each => each !== null).slice(0, mostSources)
    for (const each of sources) await take(history.ofEvent(each, text))
  })
  const story = atMostOnce(every.history, now, async id => {
    const { source, event, member } = tracked.names(id) ?? {}
    if (typeof source !== 'string' || typeof event !== 'string') return
    const time = await take(history.ofEvent(source, event))
    // The index has no roles.
    const since = Date.parse(`${time}Z`)
    if (typeof member === 'string' && since > 0)
      await take(history.ofMember(member, { since, until: since + 1 }))
  })
  /** Who types a text asks for each beginning of it. Who has typed it asks again. */
  const typed = new BoundedMap<string, true>(50)

  return {
    overview: async () => {
      await refresh()
      return tracked.overview()
    },
    changes: async text => {
      if (text === '') {
        await recent()
        return tracked.changes(text)
      }
      const isNew = !typed.has(text)
      typed.set(text, true)
      if (!isNew) await search(text)
      const { note, ...found } = await tracked.changes(text)
      const [trouble = note && notFound] = troubles.notes('the history')
      const said = isNew ? 'Reading the history …' : trouble
      return { ...found, ...(said !== undefined && { note: said }) }
    },
    story: async id => {
      await story(id)
      return tracked.story(id)
    },
  }
}

/** A stage without a sweep has no table of it. */
const offIsNone =
  ({ env }: CliWorld) =>
  (error: unknown): undefined => {
    if (!isMissing(error)) throw explainRead(error, env, 'dynamodb:GetItem')
  }

const notFound =
  'Nothing is found. Search for a whole member such as wacht/1/2, or for source and event with a space between. ' +
  'An event alone is found in the sources that were seen here.'
