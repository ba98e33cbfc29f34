import { join } from 'node:path'
import { SendMessageCommand } from '@aws-sdk/client-sqs'
import type { Invocation } from '../../infra/local/lambda/lambda-invocation.ts'
import { type Outcome, outcomesIn } from '../../infra/local/outcomes/message-outcome.ts'
import { type LocalStack, type StackOptions, startStack } from '../../infra/local/stack/local-stack.ts'
import type { Template } from '../../infra/local/template/template-resources.ts'

const at = (id: string) => ({ 'Fn::GetAtt': [id, 'Arn'] })

/** Seconds that no test waits for unless it names shorter ones. */
interface TinySeconds {
  readonly visibility?: number
  readonly timeout?: number
}

/** A stack as small as one can be: a queue with its dead-letter queue, a table, and the tiny handler. */
export const tinyTemplate = ({ visibility = 600, timeout = 60 }: TinySeconds = {}): Template => ({
  Resources: {
    Dead: {
      Type: 'AWS::SQS::Queue',
      Properties: { QueueName: 'tiny-dead', MessageRetentionPeriod: 1209600 },
    },
    Changes: {
      Type: 'AWS::SQS::Queue',
      Properties: {
        QueueName: 'tiny-changes',
        VisibilityTimeout: visibility,
        MaximumMessageSize: 131072,
        RedrivePolicy: { deadLetterTargetArn: at('Dead'), maxReceiveCount: 2 },
      },
    },
    Ledger: {
      Type: 'AWS::DynamoDB::GlobalTable',
      Properties: {
        TableName: 'tiny-ledger',
        KeySchema: [{ AttributeName: 'member', KeyType: 'HASH' }],
        AttributeDefinitions: [{ AttributeName: 'member', AttributeType: 'S' }],
        StreamSpecification: { StreamViewType: 'NEW_IMAGE' },
      },
    },
    Token: { Type: 'AWS::SecretsManager::Secret', Properties: { Name: 'tiny/token' } },
    Sync: {
      Type: 'AWS::Lambda::Function',
      Properties: {
        FunctionName: 'tiny-sync',
        Handler: 'index.handler',
        Timeout: timeout,
        MemorySize: 256,
        Environment: {
          Variables: {
            QUEUE: { Ref: 'Changes' },
            TABLE: { Ref: 'Ledger' },
            SECRET: { Ref: 'Token' },
            JOINED: { 'Fn::Join': ['-', ['a', { Ref: 'AWS::Region' }]] },
          },
        },
      },
    },
    Mapping: {
      Type: 'AWS::Lambda::EventSourceMapping',
      Properties: {
        EventSourceArn: at('Changes'),
        FunctionName: { Ref: 'Sync' },
        BatchSize: 10,
        FunctionResponseTypes: ['ReportBatchItemFailures'],
        ScalingConfig: { MaximumConcurrency: 2 },
      },
    },
  },
})

/** The tiny stack with what it told. */
export interface TinyStack extends LocalStack {
  readonly lines: string[]
  readonly troubles: string[]
  readonly invocations: Invocation[]
  readonly settled: Outcome[]
  send(...bodies: string[]): Promise<void>
  /** Resolves once `holds` does; looked at on every turn. */
  until(holds: () => boolean): Promise<void>
}

/** Starts the tiny stack on free ports. */
export async function startTinyStack(options: Partial<StackOptions> = {}): Promise<TinyStack> {
  const told = {
    lines: [] as string[],
    troubles: [] as string[],
    invocations: [] as Invocation[],
    settled: [] as Outcome[],
  }
  const waiting = new Set<() => void>()
  const stack = await startStack({
    template: tinyTemplate(),
    assetOf: () => join(import.meta.dirname, 'tiny-handler'),
    port: 0,
    region: 'us-east-1',
    secrets: new Map([['tiny/token', '{"token":"t"}']]),
    onReceived: () => {},
    onSettled: async (messages, invocation) => {
      const outcomes = outcomesIn(invocation.lines)
      told.invocations.push(invocation)
      told.settled.push(...messages.map(message => outcomes.get(message.MessageId!)!))
    },
    onTurn: () => {
      for (const look of waiting) look()
    },
    onLine: line => told.lines.push(line),
    onTrouble: text => told.troubles.push(text),
    ...options,
  })
  return Object.create(
    stack,
    Object.getOwnPropertyDescriptors({
      ...told,
      send: async (...bodies: string[]) => {
        for (const MessageBody of bodies) {
          await stack.sqs.send(new SendMessageCommand({ QueueUrl: stack.changes.url, MessageBody }))
        }
      },
      until: (holds: () => boolean) =>
        new Promise<void>(resolve => {
          const look = () => {
            if (!holds()) return
            waiting.delete(look)
            resolve()
          }
          waiting.add(look)
          look()
        }),
    }),
  )
}
