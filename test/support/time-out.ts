import { jest } from '@jest/globals'

/** The time-out of requests that a test ends: no slow machine can miss it, and none has to wait for it. */
export interface TimeOut {
  /** For `createSend`: the signal of the next request. */
  readonly timeUp: (ms: number) => AbortSignal
  /** Ends the time of the last request, as `AbortSignal.timeout` does. */
  end(): void
}

/** Time-outs that never come by themselves. */
export function createTimeOut(): TimeOut {
  let last = new AbortController()
  return {
    timeUp: () => {
      last = new AbortController()
      return last.signal
    },
    end: () => last.abort(new DOMException('The operation was aborted due to timeout', 'TimeoutError')),
  }
}

/** The milliseconds of each `AbortSignal.timeout` that this work asks for. */
export async function timeoutsOf(work: () => Promise<unknown>): Promise<number[]> {
  const timeout = jest.spyOn(AbortSignal, 'timeout')
  try {
    await work()
    return timeout.mock.calls.map(([ms]) => ms)
  } finally {
    timeout.mockRestore()
  }
}
