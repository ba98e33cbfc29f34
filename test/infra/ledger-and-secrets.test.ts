import { describe, expect, test } from '@jest/globals'
import type { Entry } from '../../functions/core/ledger/ledger-entry.ts'
import { startingWith, templateOf } from './stage.ts'

const template = templateOf({ stage: 'prod' })

describe('the ledger', () => {
  const table = startingWith(template, 'AWS::DynamoDB::GlobalTable', 'Ledger')

  test('has one entry per member', () => {
    expect(table.Properties).toMatchObject({
      TableName: 'role-sync-prod-ledger',
      BillingMode: 'PAY_PER_REQUEST',
      KeySchema: [{ AttributeName: 'member', KeyType: 'HASH' }],
      AttributeDefinitions: [
        { AttributeName: 'member', AttributeType: 'S' },
        { AttributeName: 'scope', AttributeType: 'S' },
      ],
    })
  })

  test('has an index of its keys by scope', () => {
    expect(table.Properties.GlobalSecondaryIndexes).toEqual([
      {
        IndexName: 'by-scope',
        KeySchema: [
          { AttributeName: 'scope', KeyType: 'HASH' },
          { AttributeName: 'member', KeyType: 'RANGE' },
        ],
        Projection: { ProjectionType: 'KEYS_ONLY' },
      },
    ])
  })

  test('can be restored to any second and cannot be deleted by mistake', () => {
    expect(table.Properties.Replicas).toMatchObject([
      {
        Region: { Ref: 'AWS::Region' },
        DeletionProtectionEnabled: true,
        PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
      },
    ])
    expect(table).toMatchObject({ DeletionPolicy: 'Retain', UpdateReplacePolicy: 'Retain' })
  })

  test('lets no entry expire: an old event must not have the last word; what expires has an attribute of its own', () => {
    expect(table.Properties.TimeToLiveSpecification).toEqual({ AttributeName: 'expires', Enabled: true })
    const whole: Record<keyof Entry, true> = {
      ...{ member: true, rev: true, applied: true, lease: true, unanswered: true, unproven: true },
      ...{ failures: true, ended: true, approved: true, reasserted: true, fence: true },
    }
    expect(whole).not.toHaveProperty('expires')
  })
})

describe('the history', () => {
  const table = startingWith(template, 'AWS::DynamoDB::GlobalTable', 'History')
  const key = (hash: string, range?: string) => [
    { AttributeName: hash, KeyType: 'HASH' },
    ...(range === undefined ? [] : [{ AttributeName: range, KeyType: 'RANGE' }]),
  ]

  test('has its items by member and version, and indices by event and by scope that leave out the expiry', () => {
    expect(table.Properties).toMatchObject({
      TableName: 'role-sync-prod-history',
      KeySchema: key('member', 'version'),
      TimeToLiveSpecification: { AttributeName: 'expires', Enabled: true },
    })
    const indices = table.Properties.GlobalSecondaryIndexes as Record<string, object>[]
    expect(indices.map(({ IndexName, KeySchema }) => ({ IndexName, KeySchema }))).toEqual([
      { IndexName: 'by-event', KeySchema: key('sourceEvent') },
      { IndexName: 'by-scope', KeySchema: key('scope', 'at') },
    ])
    expect(JSON.stringify(indices)).not.toContain('expires')
  })
  test('is protected as the ledger is', () => {
    const ledger = startingWith(template, 'AWS::DynamoDB::GlobalTable', 'Ledger')
    const { DeletionPolicy, UpdateReplacePolicy, Properties } = ledger
    expect(table).toMatchObject({ DeletionPolicy, UpdateReplacePolicy })
    const [{ GlobalSecondaryIndexes: _, ...replica }] = Properties.Replicas as [Record<string, unknown>]
    expect(table.Properties.Replicas).toMatchObject([replica])
  })
  test('is left out, with its settings and its outputs, where it is off', () => {
    const off = JSON.stringify(templateOf({ stage: 'prod', history: 'off' }).toJSON())
    expect(off).not.toMatch(/history/i)
    const kept = JSON.stringify(templateOf({ stage: 'prod', historyDays: '0' }).toJSON())
    expect(kept).toContain('"HISTORY_DAYS":"0"')
  })
})

describe('the secrets', () => {
  const secrets = Object.values(template.findResources('AWS::SecretsManager::Secret'))

  test('are one per target, the key for people and the key for due changes, named by stage', () => {
    expect(secrets.map(secret => secret.Properties.Name)).toEqual([
      'role-sync/prod/wacht',
      'role-sync/prod/project',
      'role-sync/prod/person',
      'role-sync/prod/due',
    ])
  })

  test('hold nothing until an operator puts a token in: neither one that the template shows nor one made up', () => {
    for (const { Properties } of secrets.slice(0, 2))
      expect(Object.keys(Properties).toSorted()).toEqual(['Description', 'Name'])
  })

  test('but for these two keys, which nobody needs to know', () => {
    for (const { Properties } of secrets.slice(2))
      expect(Properties).toMatchObject({
        GenerateSecretString: { SecretStringTemplate: '{}', GenerateStringKey: 'token', PasswordLength: 64 },
      })
  })

  test('outlive the stack', () => {
    for (const secret of secrets) expect(secret.UpdateReplacePolicy).toBe('Retain')
  })
})
