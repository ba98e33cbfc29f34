import { expect, test } from '@jest/globals'
import { createExecutions, executionArn, firstInput } from './durable-executions.ts'

const arn = executionArn('m1')
const begin = { Id: 's1', Name: 'write', Type: 'STEP', Action: 'START' } as const
const succeed = { ...begin, Action: 'SUCCEED', Payload: '1' } as const

test('an execution of the same name is started once, and refused with another payload', () => {
  const executions = createExecutions()
  const start = () => executions.start(arn, 'a').status
  expect({ first: start(), again: start() }).toEqual({ first: 202, again: 202 })
  expect(executions.start(arn, 'b')).toMatchObject({
    status: 409,
    body: { Type: 'DurableExecutionAlreadyStartedException' },
  })
})

test('the token of a checkpoint counts once, and the answer has the next one', () => {
  const executions = createExecutions()
  executions.start(arn, 'a')
  const { CheckpointToken: first } = firstInput(arn, 'a')
  const { status, body } = executions.checkpoint(arn, first, [begin])
  expect({ status, body }).toMatchObject({
    status: 200,
    body: { NewExecutionState: { Operations: [{ Id: 's1', Status: 'STARTED' }] } },
  })
  expect(executions.checkpoint(arn, first, [succeed]).status).toBe(400)
  const { CheckpointToken: next } = body as { CheckpointToken: string }
  expect(executions.checkpoint(arn, next, [succeed])).toMatchObject({
    body: {
      NewExecutionState: { Operations: [{ Id: 's1', Status: 'SUCCEEDED', StepDetails: { Result: '1' } }] },
    },
  })
})

test('a checkpoint of an unknown execution, or with an action that no step here needs, is refused', () => {
  const executions = createExecutions()
  const { CheckpointToken } = firstInput(arn, 'a')
  expect(executions.checkpoint(arn, CheckpointToken, [begin]).status).toBe(400)
  executions.start(arn, 'a')
  expect(executions.checkpoint(arn, CheckpointToken, [{ ...begin, Action: 'CANCEL' }]).status).toBe(400)
})
