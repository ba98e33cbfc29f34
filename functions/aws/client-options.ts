/**
 * The timeouts of every AWS client of a function, in milliseconds. They are short, so that a service that does not answer costs an
 * invocation only a few seconds. The retries are for AWS services only, never for targets.
 */
export const clientOptions = {
  maxAttempts: 2,
  requestHandler: { connectionTimeout: 1000, requestTimeout: 1000, throwOnRequestTimeout: true },
} as const
