import type { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import bundled from '#roles' with { type: 'json' }
import { createStageSource } from '../../functions/cli/commands/stage-source.ts'
import type { DoctorClients } from '../../functions/cli/io/cli-world.ts'
import { readCatalogue } from '../../functions/targets/index.ts'
import type { FakeCloudWatch } from './fake-cloudwatch.ts'
import { fakeWorld } from './fake-world.ts'
import type { Stage } from './stage.ts'

/** A source over a stage, on a clock that a test moves. */
export function stagePage(stage: Stage, cloudWatch: FakeCloudWatch) {
  /** The names of the commands that went to AWS. */
  const calls: string[] = []
  const denied = new Set<string>()
  const note = (name: string) => {
    calls.push(name.replace(/Command$/, ''))
    if (denied.has(calls.at(-1)!)) throw Object.assign(new Error('no'), { name: 'AccessDeniedException' })
  }
  const { world } = fakeWorld({
    ...{ sqs: stage.sqs, dynamodb: stage.dynamodb, lambda: stage.lambda },
    refuses: command => {
      note(command)
      return false
    },
  })
  const database = world.dynamodb()
  const counted = async (command: { constructor: { name: string } }, ...rest: never[]) => {
    note(command.constructor.name)
    return database.send(command as never, ...rest)
  }
  const alarms = async () => {
    note('DescribeAlarms')
    return { MetricAlarms: cloudWatch.ringing.map(AlarmName => ({ AlarmName, StateValue: 'ALARM' })) }
  }
  const troubles: string[] = []
  const source = createStageSource(
    { stage: stage.stage },
    readCatalogue(bundled),
    {
      ...world,
      dynamodb: () => Object.assign(Object.create(database), { send: counted }) as DynamoDBClient,
      logs: async () => cloudWatch.client(),
      doctorClients: async () => ({ cloudWatch: { describeAlarms: alarms } }) as unknown as DoctorClients,
    },
    text => troubles.push(text),
  )
  return { source, calls, denied, troubles, wait: world.wait, now: world.now }
}
