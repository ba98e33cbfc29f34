import { limits, timingsOf } from '../../../infra/config.ts'

/** The numbers of production as a function's environment has them, and what Lambda sets besides. */
export function settingsOf(): Record<string, string> {
  const timings = timingsOf('prod')
  const ms = (seconds: number) => String(seconds * 1000)
  return {
    RETRY_FROM_MS: ms(timings.retryFromSeconds),
    RETRY_CAP_MS: ms(timings.retryCapSeconds),
    REQUEST_TIMEOUT_MS: ms(timings.requestTimeoutSeconds),
    LAND_WITHIN_MS: ms(timings.landWithinSeconds),
    LEASE_MS: ms(timings.leaseSeconds),
    CLOSING_MS: ms(timings.closingSeconds),
    GIVE_UP_MS: ms(timings.giveUpSeconds),
    GIVE_UP_AT_LATEST_MS: ms(timings.giveUpAtLatestSeconds),
    NOT_FOUND_GRACE_MS: ms(timings.notFoundGraceSeconds),
    BREAKER_OPEN_MS: ms(timings.breakerOpenSeconds),
    PERSON_SECRET_ARN: 'none',
    ...{ DUE_TABLE: 'none', DUE_SECRET_ARN: 'none' },
    PERSON_MEMORY_MS: ms(timings.personMemorySeconds),
    WACHT_TOKEN: 'bench',
    POWERTOOLS_SERVICE_NAME: 'role-sync',
    POWERTOOLS_METRICS_NAMESPACE: 'RoleSync',
    POWERTOOLS_LOG_LEVEL: 'INFO',
    AWS_LAMBDA_FUNCTION_NAME: 'bench',
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(limits.memoryMiB),
    AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
    AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x',
    LAMBDA_TASK_ROOT: '/var/task',
    AWS_CONFIG_FILE: '/dev/null',
    AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
    NODE_ENV: 'production',
  }
}
