import type { Environment } from './world.ts'

/** What every AWS client of the command line has in common: a person waits for it, not an invocation with a deadline. */
export const clientOptionsOf = (env: Environment) => ({
  ...regionOf(env),
  maxAttempts: 3,
  requestHandler: { connectionTimeout: 5000, requestTimeout: 15_000, throwOnRequestTimeout: true },
})

/** The SDK reads only AWS_REGION and profiles; the aws CLI, whose users we serve, AWS_DEFAULT_REGION too. */
function regionOf({ AWS_REGION, AWS_DEFAULT_REGION }: Environment): { region?: string } {
  const region = AWS_REGION || AWS_DEFAULT_REGION
  return region ? { region } : {}
}
