import type { ScheduleDescription } from '../template/template-schedules.ts'
import type { Pool } from './instance-pool.ts'
import { describeEnding } from './lambda-invocation.ts'

/**
 * Invokes a function at its rate, first after one interval, as EventBridge does. It starts no second invocation beside a long one.
 * Returns a function that ends the schedule and waits for a running invocation.
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
