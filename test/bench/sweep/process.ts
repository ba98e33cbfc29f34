import { handler } from '../../../functions/sweep/sweep-handler.ts'
import { contextOf } from '../events.ts'

/** A fresh process as Lambda starts one: the sweep function reads what it is asked for once, and says what that took. */

const start = performance.now()
handler({ action: 'run' }, contextOf(900)).then(
  ({ read, left, incomplete }) => {
    const seconds = (performance.now() - start) / 1000
    const peakBytes = 1024 * process.resourceUsage().maxRSS
    process.send?.({ answer: { seconds, peakBytes, read, left, incomplete } })
  },
  (error: Error) => process.send?.({ error: error.stack }),
)
process.on('disconnect', () => process.exit())
