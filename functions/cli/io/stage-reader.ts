import type { MetricAlarm } from '@aws-sdk/client-cloudwatch'
import { DescribeTableCommand } from '@aws-sdk/client-dynamodb'
import type { EventSourceMappingConfiguration, FunctionConfiguration } from '@aws-sdk/client-lambda'
import type { SNS } from '@aws-sdk/client-sns'
import { GetQueueAttributesCommand, GetQueueUrlCommand } from '@aws-sdk/client-sqs'
import { clientOptionsOf, explainRead, isDenied, isMissing } from './aws-errors.ts'
import type { CliWorld, DoctorClients, Environment } from './cli-world.ts'

/** An SNS client at the endpoint from the environment, a profile or a region. */
export async function loadSnsClient(env: Environment): Promise<SNS> {
  const { SNS } = await import('@aws-sdk/client-sns')
  return new SNS(clientOptionsOf(env))
}

/** Loads and creates the clients at the endpoints from the environment, a profile or a region. */
export async function loadDoctorClients(env: Environment): Promise<DoctorClients> {
  const [{ SecretsManager }, { CloudWatch }, { EventBridge }, sns] = await Promise.all([
    import('@aws-sdk/client-secrets-manager'),
    import('@aws-sdk/client-cloudwatch'),
    import('@aws-sdk/client-eventbridge'),
    loadSnsClient(env),
  ])
  const options = clientOptionsOf(env)
  return {
    secretsManager: new SecretsManager(options),
    cloudWatch: new CloudWatch(options),
    eventBridge: new EventBridge(options),
    sns,
  }
}

/** What `doctor` reads of a stage. Undefined: it does not exist. A read that fails rejects with a Failure. */
export interface StageReader {
  /** The region. Rejects if SQS cannot be reached or refuses the credentials. */
  readonly region: (anyQueue: string) => Promise<string>
  /** The attributes of a queue, by its name. */
  readonly queue: (name: string) => Promise<Readonly<Record<string, string>> | undefined>
  /** The status of a table. */
  readonly table: (name: string) => Promise<string | undefined>
  /** The text of a secret. It must never be shown. */
  readonly secret: (id: string) => Promise<string | undefined>
  readonly lambda: (name: string) => Promise<FunctionConfiguration | undefined>
  readonly mappings: (functionName: string) => Promise<readonly EventSourceMappingConfiguration[]>
  readonly alarms: (prefix: string) => Promise<readonly MetricAlarm[]>
  /** The number of confirmed subscriptions of an SNS topic. */
  readonly subscriptions: (topicArn: string) => Promise<number | undefined>
  /** The states of the rules that invoke a function. */
  readonly rules: (functionArn: string) => Promise<readonly string[]>
  /** The sum of a metric between two times, in milliseconds since 1970. */
  readonly sum: (metric: StageMetric, from: number, until: number) => Promise<number>
}

/** A metric by its namespace, name and dimensions. */
export interface StageMetric {
  readonly namespace: string
  readonly name: string
  readonly dimensions: Readonly<Record<string, string>>
}

/** The length of a period in a sum, in seconds: a day. */
const periodSeconds = 86_400

/** Creates the reader. Clients are loaded at their first use. */
export function createStageReader(world: CliWorld): StageReader {
  const { env, stop } = world
  const sqs = world.sqs()
  const dynamodb = world.dynamodb()
  let loading: Promise<DoctorClients> | undefined
  const others = () => {
    loading ??= world.doctorClients()
    return loading
  }
  const signal = { abortSignal: stop }
  /** A read with the permission that it needs, such as `sqs:GetQueueUrl`. */
  const read = async <T>(permission: string, work: () => Promise<T>): Promise<T | undefined> => {
    try {
      return await work()
    } catch (error) {
      if (isMissing(error) && !stop.aborted) return undefined
      throw stop.aborted ? error : explainRead(error, env, permission)
    }
  }
  const queueUrl = async (QueueName: string) =>
    (await sqs.send(new GetQueueUrlCommand({ QueueName }), signal)).QueueUrl

  return {
    region: async anyQueue => {
      const unlessDenied = (error: unknown) => {
        if (!isDenied(error)) throw error
      }
      await read('sqs:GetQueueUrl', () => queueUrl(anyQueue).catch(unlessDenied))
      return sqs.config.region()
    },
    queue: async name => {
      const QueueUrl = await read('sqs:GetQueueUrl', () => queueUrl(name))
      if (QueueUrl === undefined) return undefined
      const command = new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['All'] })
      return read('sqs:GetQueueAttributes', async () => (await sqs.send(command, signal)).Attributes ?? {})
    },
    table: name =>
      read('dynamodb:DescribeTable', async () => {
        const { Table } = await dynamodb.send(new DescribeTableCommand({ TableName: name }), signal)
        return Table?.TableStatus
      }),
    secret: SecretId =>
      read('secretsmanager:GetSecretValue', async () => {
        const { secretsManager } = await others()
        return (await secretsManager.getSecretValue({ SecretId }, signal)).SecretString
      }),
    lambda: FunctionName =>
      read('lambda:GetFunctionConfiguration', async () =>
        (await world.lambda()).getFunctionConfiguration({ FunctionName }, signal),
      ),
    mappings: async FunctionName => {
      const list = async () => (await world.lambda()).listEventSourceMappings({ FunctionName }, signal)
      return (await read('lambda:ListEventSourceMappings', list))?.EventSourceMappings ?? []
    },
    alarms: async AlarmNamePrefix => {
      const { cloudWatch } = await others()
      const alarms: MetricAlarm[] = []
      let NextToken: string | undefined
      do {
        const input = { AlarmNamePrefix, ...(NextToken !== undefined && { NextToken }) }
        const page = await read('cloudwatch:DescribeAlarms', () => cloudWatch.describeAlarms(input, signal))
        alarms.push(...(page?.MetricAlarms ?? []))
        NextToken = page?.NextToken
      } while (NextToken !== undefined)
      return alarms
    },
    subscriptions: TopicArn =>
      read('sns:GetTopicAttributes', async () => {
        const { Attributes } = await (await others()).sns.getTopicAttributes({ TopicArn }, signal)
        return Number(Attributes?.SubscriptionsConfirmed)
      }),
    rules: async TargetArn => {
      const { eventBridge } = await others()
      const list = () => eventBridge.listRuleNamesByTarget({ TargetArn }, signal)
      const { RuleNames = [] } = (await read('events:ListRuleNamesByTarget', list)) ?? {}
      const stateOf = async (Name: string) => (await eventBridge.describeRule({ Name }, signal)).State
      const states = RuleNames.map(name => read('events:DescribeRule', () => stateOf(name)))
      return (await Promise.all(states)).map(state => state ?? 'DELETED')
    },
    sum: async ({ namespace, name, dimensions }, from, until) => {
      const { cloudWatch } = await others()
      const input = {
        ...{ Namespace: namespace, MetricName: name, Statistics: ['Sum' as const], Period: periodSeconds },
        Dimensions: Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value })),
        ...{ StartTime: new Date(from), EndTime: new Date(until) },
      }
      const get = () => cloudWatch.getMetricStatistics(input, signal)
      const { Datapoints = [] } = (await read('cloudwatch:GetMetricStatistics', get)) ?? {}
      return Datapoints.reduce((total, { Sum = 0 }) => total + Sum, 0)
    },
  }
}
