import type {
  BatchGetItemCommandInput,
  BatchGetItemCommandOutput,
  BatchWriteItemCommandInput,
  BatchWriteItemCommandOutput,
  GetItemCommandInput,
  GetItemCommandOutput,
  PutItemCommandInput,
  QueryCommandInput,
  QueryCommandOutput,
  ScanCommandInput,
  ScanCommandOutput,
  UpdateItemCommandInput,
  UpdateItemCommandOutput,
} from '@aws-sdk/client-dynamodb'
import { createJsonCall, type ServiceOptions } from './aws-json.ts'

/** The calls of DynamoDB that role-sync makes. They reject with an error that has DynamoDB's name for it. */
export interface DynamoDbItems {
  readonly get: (input: GetItemCommandInput) => Promise<Pick<GetItemCommandOutput, 'Item'>>
  readonly put: (input: PutItemCommandInput) => Promise<unknown>
}

/** These calls, the write of several items at once, the read of several, and the change of a part of one. */
export interface DynamoDbBatches extends DynamoDbItems {
  readonly batchWrite: (
    input: BatchWriteItemCommandInput,
  ) => Promise<Pick<BatchWriteItemCommandOutput, 'UnprocessedItems'>>
  readonly query: (
    input: QueryCommandInput,
  ) => Promise<Pick<QueryCommandOutput, 'Items' | 'Count' | 'LastEvaluatedKey'>>
  /** It may be sent twice. */
  readonly update: (input: UpdateItemCommandInput) => Promise<Pick<UpdateItemCommandOutput, 'Attributes'>>
}

/** The reads of many items. */
export interface DynamoDbReads extends Pick<DynamoDbBatches, 'query'> {
  readonly batchGet: (
    input: BatchGetItemCommandInput,
  ) => Promise<Pick<BatchGetItemCommandOutput, 'Responses' | 'UnprocessedKeys'>>
  readonly scan: (input: ScanCommandInput) => Promise<Pick<ScanCommandOutput, 'Items' | 'LastEvaluatedKey'>>
}

/**
 * DynamoDB for a function, without the SDK's client, which takes most of an invocation's CPU (test/README.md#measured). A put that is not
 * answered is not sent again: the next step of the protocol reads what it did. A write of several items at once may be
 * done twice without harm: it is sent again.
 */
export function createDynamoDbItems(options?: ServiceOptions): DynamoDbBatches & DynamoDbReads {
  const call = createJsonCall(
    {
      ...{ name: 'dynamodb', target: 'DynamoDB_20120810', version: '1.0' },
      endpointVariable: 'AWS_ENDPOINT_URL_DYNAMODB',
    },
    options,
  )
  return {
    get: input => call('GetItem', input, true),
    put: input => call('PutItem', input, false),
    batchWrite: input => call('BatchWriteItem', input, true),
    query: input => call('Query', input, true),
    update: input => call('UpdateItem', input, true),
    batchGet: input => call('BatchGetItem', input, true),
    scan: input => call('Scan', input, true),
  }
}
