import { useEffect, useState } from 'preact/hooks'

/** The time between two readings, in milliseconds. */
const everyMs = 1000

/** What the server says at a path, as far as it was read. */
export interface Live<Value> {
  /** Undefined before the first answer. It stays while the server does not answer. */
  readonly value?: Value
  readonly state: 'connecting' | 'live' | 'missing' | 'not connected'
}

/** Reads a path every second while the tab is visible. With another path the value stays until the next answer. */
export function useLive<Value>(path: string): Live<Value> {
  const [live, setLive] = useState<Live<Value>>({ state: 'connecting' })
  useEffect(() => {
    const ending = new AbortController()
    const { signal } = ending
    let timer: number | undefined
    const read = async () => {
      const next = document.hidden ? {} : await readOnce<Value>(path, signal)
      if (signal.aborted) return
      setLive(before => ({ ...before, ...next }))
      timer = setTimeout(read, everyMs)
    }
    read()
    return () => {
      ending.abort()
      clearTimeout(timer)
    }
  }, [path])
  return live
}

async function readOnce<Value>(path: string, signal: AbortSignal): Promise<Partial<Live<Value>>> {
  try {
    const response = await fetch(path, { signal })
    if (response.status === 404) return { state: 'missing' }
    if (!response.ok) return { state: 'not connected' }
    return { state: 'live', value: (await response.json()) as Value }
  } catch {
    return { state: 'not connected' }
  }
}
