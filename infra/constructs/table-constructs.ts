import { RemovalPolicy } from 'aws-cdk-lib'
import { AttributeType, Billing, ProjectionType, type TablePropsV2, TableV2 } from 'aws-cdk-lib/aws-dynamodb'
import { Grant, type IGrantable } from 'aws-cdk-lib/aws-iam'
import type { Construct } from 'constructs'
import {
  dueIndex,
  expiryAttribute,
  historyIndices,
  ledgerIndex,
} from '../../functions/core/resource-names.ts'
import { hintsKey } from '../../functions/core/sweep/hint.ts'

const text = (name: string) => ({ name, type: AttributeType.STRING })

/** Adds a table, by `member` unless another key is given, that is protected: point-in-time recovery, deletion protection, retention. */
const addTable = (scope: Construct, id: string, props: Partial<TablePropsV2>): TableV2 =>
  new TableV2(scope, id, {
    partitionKey: text('member'),
    billing: Billing.onDemand(),
    timeToLiveAttribute: expiryAttribute,
    pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
    deletionProtection: true,
    removalPolicy: RemovalPolicy.RETAIN,
    ...props,
  })

/**
 * Adds the ledger: one entry for each member. Entries never expire: without its entry a member could get an old role. The memory of
 * people is in the same table, and expires by a TTL attribute that entries do not have.
 */
export const addLedger = (scope: Construct, tableName: string): TableV2 =>
  addTable(scope, 'Ledger', {
    tableName,
    globalSecondaryIndexes: [
      {
        indexName: ledgerIndex.name,
        partitionKey: text(ledgerIndex.key),
        sortKey: text(ledgerIndex.sortKey),
        projectionType: ProjectionType.KEYS_ONLY,
      },
    ],
  })

/** Adds the table of the sweep: the round, the last readings of each scope, and the hints that wait. */
export const addSweepTable = (scope: Construct, tableName: string): TableV2 =>
  addTable(scope, 'SweepReadings', { tableName })

/** Adds the table of due changes: by the shard and the instant, and for people by the scope and the member. Each is deleted once it is sent. */
export const addDueTable = (scope: Construct, tableName: string): TableV2 =>
  addTable(scope, 'DueChanges', {
    tableName,
    partitionKey: text('shard'),
    sortKey: text('due'),
    globalSecondaryIndexes: [
      { indexName: dueIndex.name, partitionKey: text(dueIndex.key), sortKey: text(dueIndex.sortKey) },
    ],
  })

/** Adds the table of approvals. Each is kept for audits and then expires. */
export const addApprovalsTable = (scope: Construct, tableName: string): TableV2 =>
  addTable(scope, 'Approvals', {
    tableName,
    partitionKey: text('approval'),
    sortKey: text('approver'),
  })

/**
 * Adds the history: one item for each message that ended (functions/README.md#the-record). The indices leave out `expires`, so that an
 * item which begins to expire costs no write to them.
 */
export const addHistory = (scope: Construct, tableName: string): TableV2 =>
  addTable(scope, 'History', {
    tableName,
    sortKey: text('version'),
    globalSecondaryIndexes: Object.values(historyIndices).map(({ name, key, fields, ...others }) => ({
      indexName: name,
      partitionKey: text(key),
      ...('sortKey' in others && { sortKey: text(others.sortKey) }),
      projectionType: ProjectionType.INCLUDE,
      nonKeyAttributes: [...fields],
    })),
  })

/** Allows to change the hints in the sweep's table, and no other item of it. */
export const grantHints = (sweepTable: TableV2, grantee: IGrantable): Grant =>
  Grant.addToPrincipal({
    grantee,
    actions: ['dynamodb:UpdateItem'],
    resourceArns: [sweepTable.tableArn],
    conditions: onlyKeys(hintsKey),
  })

/** Allows a reader to look up the events of one source and of the sources below it in the history, and nothing else. */
export const grantEventsOf = (history: TableV2, grantee: IGrantable, source: string): Grant =>
  Grant.addToPrincipal({
    grantee,
    actions: ['dynamodb:Query'],
    resourceArns: [`${history.tableArn}/index/${historyIndices.byEvent.name}`],
    conditions: onlyKeys(`${source}/*`),
  })

/** Allows a function to write down in the sweep's table whom it asked for (`Claim`), and nothing else there. */
export const grantClaims = (sweepTable: TableV2, grantee: IGrantable): Grant =>
  Grant.addToPrincipal({
    grantee,
    actions: ['dynamodb:PutItem'],
    resourceArns: [sweepTable.tableArn],
    conditions: onlyKeys('auto/*'),
  })

/** Limits a permission to keys of this form. ForAllValues alone allows a request without a key. */
const onlyKeys = (form: string) => ({
  'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': [form] },
  Null: { 'dynamodb:LeadingKeys': 'false' },
})
