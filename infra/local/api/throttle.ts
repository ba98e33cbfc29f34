/** Lets so many through at once, and so many a second from then on: a token bucket, as API Gateway's. */
export function createThrottle(
  { perSecond, burst }: { readonly perSecond: number; readonly burst: number },
  now: () => number = Date.now,
): () => boolean {
  let tokens = burst
  let at = now()
  return () => {
    const time = now()
    tokens = Math.min(burst, tokens + ((time - at) / 1000) * perSecond)
    at = time
    if (tokens < 1) return false
    tokens -= 1
    return true
  }
}
