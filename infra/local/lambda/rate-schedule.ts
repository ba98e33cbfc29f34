import type { ScheduleDescription } from '../template/template-schedules.ts'
import type { Pool } from './instance-pool.ts'
import { describeEnding } from './lambda-invocation.ts'

/**
 * Invokes a function at its rate, for the first time after one interval, as EventBridge does; an invocation that takes
 * longer is not joined by a second one. Answers how to end it, which waits for an invocation that runs.
 */
export function startSchedule(
  { functionArn, everyMs, event }: ScheduleDescription,
  pool: Pool,
  onTrouble: (text: string) => void,
): () => Promise<void> {
  let running: Promise<void> | undefined
  const invoke = async () => {
    const { ending } = await pool.invoke(event)
    if (ending.kind === 'returned') return
    onTrouble(`${functionArn.split(':').at(-1)} ${describeEnding(ending)}; its schedule tries again`)
  }
  const timer = setInterval(() => {
    running ??= invoke().finally(() => {
      running = undefined
    })
  }, everyMs)
  return async () => {
    clearInterval(timer)
    await running
  }
}
