import { type Deployment, readDeployment } from '../../infra/context/deployment.ts'

/** A context without fault. */
export const good = {
  stage: 'prod',
  wachtUrl: 'https://api.wacht.dev',
  wachtDialect: 'role_id',
  projectUrl: 'https://brms.acme.dev/api/',
}

/** What the good context describes with these keys set over it; throws where something of it is wrong. */
export function deploymentOf(context: Record<string, unknown>): Deployment {
  const read = readDeployment({ ...good, ...context })
  if (!read.ok) throw new Error(read.problems.join('\n'))
  return read.deployment
}

/** What is wrong with the good context with these keys set over it. */
export function problemsOf(context: Record<string, unknown>): readonly string[] {
  const read = readDeployment({ ...good, ...context })
  return read.ok ? [] : read.problems
}
