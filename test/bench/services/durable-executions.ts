import type { DurableExecutionInvocationInput, OperationUpdate } from '@aws/durable-execution-sdk-js'

/**
 * Durable executions as Lambda keeps them, by the rules of its API (Invoke, CheckpointDurableExecution), as far as steps that succeed
 * need it: other actions are refused.
 */

/** The ARN of the execution of this name. */
export const executionArn = (name: string): string =>
  `arn:aws:lambda:us-east-1:000000000000:function:bench-change:live/durable-execution/${name}/1`

const tokenOf = (arn: string, turn: number): string => `${arn}#${turn}`

/** What Lambda gives to the first invocation of an execution. */
export const firstInput = (arn: string, payload: string): DurableExecutionInvocationInput => ({
  DurableExecutionArn: arn,
  CheckpointToken: tokenOf(arn, 0),
  InitialExecutionState: {
    Operations: [
      {
        ...{ Id: arn, Type: 'EXECUTION', Status: 'STARTED', StartTimestamp: new Date() },
        ExecutionDetails: { InputPayload: payload },
      },
    ],
  },
})

/** An answer of the API: a status and a JSON body. */
export interface ApiAnswer {
  readonly status: number
  readonly body: object
}

interface Execution {
  readonly payload: string
  /** The checkpoints that were taken: each has a token of its own. */
  turn: number
  readonly operations: Map<string, object>
}

const refused = (status: number, Type: string): ApiAnswer => ({ status, body: { Type, Message: Type } })

/** The executions of one function, none at first. */
export function createExecutions() {
  const executions = new Map<string, Execution>()
  return {
    /** Starts an execution. The same name with the same payload starts nothing more; with another payload it is refused. */
    start: (arn: string, payload: string): ApiAnswer => {
      const known = executions.get(arn)
      if (known && known.payload !== payload) return refused(409, 'DurableExecutionAlreadyStartedException')
      if (!known) executions.set(arn, { payload, turn: 0, operations: new Map() })
      return { status: 202, body: {} }
    },
    /** Takes a checkpoint. Its token counts once; the answer has the next one and the changed operations. */
    checkpoint: (arn: string, token: string, updates: readonly OperationUpdate[]): ApiAnswer => {
      const execution = executions.get(arn)
      if (!execution || token !== tokenOf(arn, execution.turn))
        return refused(400, 'InvalidParameterValueException')
      const changed = updates.map(update =>
        operationOf(update, execution.operations.get(update.Id as string)),
      )
      if (changed.includes(undefined)) return refused(400, 'InvalidParameterValueException')
      for (const [index, { Id }] of updates.entries()) {
        execution.operations.set(Id as string, changed[index] as object)
      }
      execution.turn += 1
      const CheckpointToken = tokenOf(arn, execution.turn)
      return { status: 200, body: { CheckpointToken, NewExecutionState: { Operations: changed } } }
    },
  }
}

/** A step after an update of it; undefined if the action is another. */
function operationOf(
  { Action, Payload, ...named }: OperationUpdate,
  before: object = {},
): object | undefined {
  const now = Date.now() / 1000
  switch (Action) {
    case 'START':
      return { ...named, StartTimestamp: now, Status: 'STARTED', StepDetails: { Attempt: 1 } }
    case 'SUCCEED': {
      const StepDetails = { Attempt: 1, Result: Payload }
      return { StartTimestamp: now, ...before, ...named, EndTimestamp: now, Status: 'SUCCEEDED', StepDetails }
    }
    default:
      return undefined
  }
}
