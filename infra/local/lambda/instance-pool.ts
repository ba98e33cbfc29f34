import type { FunctionDescription } from '../template/template-functions.ts'
import { type Instance, startInstance } from './lambda-instance.ts'
import type { Invocation } from './lambda-invocation.ts'

/** The execution environments of one function. Later invocations reuse them while they live. */
export interface Pool {
  /** `requestId`: the id of the invocation, where its caller chooses it. */
  invoke(event: unknown, requestId?: string): Promise<Invocation>
  stop(): Promise<void>
}

/** An empty pool. An invocation starts an instance where none is idle. */
export function instancePool(
  description: FunctionDescription,
  endpoints: Readonly<Record<string, string>>,
  onLine: (line: string) => void,
  overrides: Readonly<Record<string, string>> = {},
): Pool {
  const environment = {
    ...lambdaEnvironment(description),
    ...endpoints,
    AWS_ACCESS_KEY_ID: description.signer,
    ...description.environment,
    ...overrides,
  }
  const all = new Set<Instance>()
  const idle: Instance[] = []
  const start = () => {
    const instance = startInstance(description, environment, onLine)
    all.add(instance)
    return instance
  }
  const idleOne = () => {
    while (idle.length > 0) {
      const instance = idle.pop()!
      if (instance.alive) return instance
      all.delete(instance)
    }
    return undefined
  }
  return {
    invoke: async (event, requestId) => {
      const instance = idleOne() ?? start()
      const invocation = await instance.invoke(event, requestId)
      if (instance.alive) idle.push(instance)
      else all.delete(instance)
      return invocation
    },
    stop: async () => {
      await Promise.all([...all].map(instance => instance.stop()))
    },
  }
}

/** The variables that Lambda itself sets, and those that keep an SDK from other credentials. */
function lambdaEnvironment({
  name,
  folder,
  handler,
  memoryMiB,
}: FunctionDescription): Record<string, string> {
  return {
    AWS_LAMBDA_FUNCTION_NAME: name,
    AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(memoryMiB),
    AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
    AWS_EC2_METADATA_DISABLED: 'true',
    AWS_CONFIG_FILE: '/dev/null',
    AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
    LAMBDA_TASK_ROOT: folder,
    _HANDLER: handler,
  }
}
