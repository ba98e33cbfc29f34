/** What a work comes to, or, once the signal is aborted, something else; the work may go on, and is not waited for. */
export function within<T>(work: Promise<T>, signal: AbortSignal, otherwise: () => T): Promise<T> {
  return new Promise((resolve, reject) => {
    const end = () => resolve(otherwise())
    if (signal.aborted) end()
    signal.addEventListener('abort', end)
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', end))
  })
}
