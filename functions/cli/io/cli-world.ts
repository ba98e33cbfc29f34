import type { Readable, Writable } from 'node:stream'
import type { CloudWatch } from '@aws-sdk/client-cloudwatch'
import type { CloudWatchLogs } from '@aws-sdk/client-cloudwatch-logs'
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import type { EventBridge } from '@aws-sdk/client-eventbridge'
import type { Lambda } from '@aws-sdk/client-lambda'
import type { SecretsManager } from '@aws-sdk/client-secrets-manager'
import type { SNS } from '@aws-sdk/client-sns'
import type { SQSClient } from '@aws-sdk/client-sqs'
import type { Command } from 'commander'

/** A readable stream that may be a terminal. */
export type InputStream = Readable & { readonly isTTY?: boolean }

/** A writable stream that may be a terminal. */
export type OutputStream = Writable & { readonly isTTY?: boolean; readonly columns?: number }

/** Environment variables by name. */
export type Environment = Readonly<Record<string, string | undefined>>

/**
 * Why a command must stop. `interrupted`: Ctrl-C, SIGTERM or SIGHUP. `unwritable`: its output cannot be written (a full disk).
 * A reader that closes the output (`| head`) does not stop it: the work is finished, and the exit code is that of the work.
 */
export type StopReason = 'interrupted' | 'unwritable'

/** The clients that `doctor` needs; `console` needs the second. */
export interface DoctorClients {
  readonly secretsManager: SecretsManager
  readonly cloudWatch: CloudWatch
  readonly eventBridge: EventBridge
  readonly sns: SNS
}

/** The dependencies of a command. Tests replace them. */
export interface CliWorld {
  readonly stdin: InputStream
  readonly stdout: OutputStream
  readonly stderr: OutputStream
  readonly env: Environment
  /** Creates an SQS client. */
  readonly sqs: () => SQSClient
  /** Creates a DynamoDB client. */
  readonly dynamodb: () => DynamoDBClient
  /** Loads and creates a Lambda client. */
  readonly lambda: () => Promise<Lambda>
  /** Loads and creates an SNS client. */
  readonly sns: () => Promise<SNS>
  /** Loads and creates a CloudWatch Logs client. */
  readonly logs: () => Promise<CloudWatchLogs>
  /** Loads and creates the clients for the alarms, and those that only `doctor` needs. */
  readonly doctorClients: () => Promise<DoctorClients>
  /** Milliseconds since 1970. */
  readonly now: () => number
  readonly wait: (ms: number) => Promise<void>
  /** Aborted with a `StopReason`. The command then finishes what it started and ends. */
  readonly stop: AbortSignal
}

/** Adds a command to the program. Its action ends with a call of `exitWith`. */
export type AddCommand = (program: Command, world: CliWorld, exitWith: (code: number) => void) => void
