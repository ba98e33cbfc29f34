import { expect, test } from '@jest/globals'
import { idOf, only, sources, startingWith, templateOf } from './stage.ts'

const template = templateOf({ stage: 'prod', sources })
const alarm = (name: string) => {
  const id = idOf(template, 'AWS::CloudWatch::Alarm', 'AlarmName', `role-sync-prod-${name}`)
  return template.findResources('AWS::CloudWatch::Alarm')[id]?.Properties
}
const queue = (name: string) => ({
  ...{ Namespace: 'AWS/SQS', Period: 300, EvaluationPeriods: 1 },
  Dimensions: [
    {
      Name: 'QueueName',
      Value: {
        'Fn::GetAtt': [idOf(template, 'AWS::SQS::Queue', 'QueueName', `role-sync-prod-${name}`), 'QueueName'],
      },
    },
  ],
})

test('the alarms on queues watch each its own queue: dead letters are not changes that wait', () => {
  expect(alarm('dead-letters-visible')).toMatchObject(queue('dead-letters'))
  expect(alarm('changes-in-flight')).toMatchObject(queue('changes'))
})

test.each([
  ['sync', 'Sync'],
  ['replay', 'Replay'],
  ['intake', 'Intake'],
])(
  'the alarms on the function %s watch that function, and ring for one failure in five minutes',
  (name, id) => {
    const { id: Ref } = startingWith(template, 'AWS::Lambda::Function', id)
    for (const what of ['errors', 'throttles']) {
      expect(alarm(`${name}-${what}`)).toMatchObject({
        ...{ Dimensions: [{ Name: 'FunctionName', Value: { Ref } }], Period: 300 },
        ...{ EvaluationPeriods: 1, DatapointsToAlarm: 1 },
      })
    }
  },
)

test.each([
  ...['sync-credentials-rejected-wacht', 'sync-credentials-rejected-project', 'intake-failing'],
  ...['intake-unauthorized-okta', 'intake-refused-okta', 'intake-unauthorized-hr', 'intake-refused-hr'],
  ...['ledger-read-throttles', 'ledger-write-throttles'],
])('the alarm %s rings within five minutes of the first one', name => {
  expect(alarm(name)).toMatchObject({ Period: 300, EvaluationPeriods: 1, DatapointsToAlarm: 1, Threshold: 1 })
})

test.each(['wacht', 'project'])(
  'the alarm on late effects at %s wants a quarter of an hour of them',
  target => {
    expect(alarm(`sync-time-to-effect-${target}`)).toMatchObject({
      ...{ Period: 300, EvaluationPeriods: 3, DatapointsToAlarm: 3 },
    })
  },
)

test('the alarm on failed deliveries watches the one API of this stage', () => {
  expect(alarm('intake-failing')).toMatchObject({
    Dimensions: expect.arrayContaining([
      { Name: 'ApiId', Value: { Ref: only(template, 'AWS::ApiGatewayV2::Api').id } },
    ]),
  })
})
