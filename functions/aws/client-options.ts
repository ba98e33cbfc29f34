/**
 * How every AWS client of a function waits: short enough that a silent service costs an invocation a few seconds and not
 * its deadline. In milliseconds. These retries are AWS's own and concern no target.
 */
export const clientOptions = {
  maxAttempts: 2,
  requestHandler: { connectionTimeout: 1000, requestTimeout: 1000, throwOnRequestTimeout: true },
} as const
