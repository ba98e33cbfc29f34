import type { Readable, Writable } from 'node:stream'
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import type { SQSClient } from '@aws-sdk/client-sqs'
import type { Command } from 'commander'

/** A stream to read that may be a terminal. */
export type InputStream = Readable & { readonly isTTY?: boolean }

/** A stream that may be a terminal. */
export type OutputStream = Writable & { readonly isTTY?: boolean; readonly columns?: number }

/** The environment's variables by name. */
export type Environment = Readonly<Record<string, string | undefined>>

/**
 * Why a command was told to stop: Ctrl-C, SIGTERM or SIGHUP; nobody reads its output any more (`| head`); its output cannot be
 * written (a full disk).
 */
export type StopReason = 'interrupted' | 'unread' | 'unwritable'

/** All that a command touches outside itself; tests hand it another one. */
export interface CliWorld {
  readonly stdin: InputStream
  readonly stdout: OutputStream
  readonly stderr: OutputStream
  readonly env: Environment
  /** A new client of SQS; only commands that need a queue ask for one. */
  readonly sqs: () => SQSClient
  /** A new client of DynamoDB; only commands that read the ledger ask for one. */
  readonly dynamodb: () => DynamoDBClient
  /** Milliseconds since 1970. */
  readonly now: () => number
  readonly wait: (ms: number) => Promise<void>
  /** Aborted, with a `StopReason`, when the command is to finish what it has begun and end. */
  readonly stop: AbortSignal
}

/** Adds a command to the program; its action ends with a call of `exitWith`. */
export type AddCommand = (program: Command, world: CliWorld, exitWith: (code: number) => void) => void
