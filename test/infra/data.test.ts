import { describe, expect, test } from '@jest/globals'
import { only, templateOf } from './stage.ts'

const template = templateOf({ stage: 'prod' })

describe('the ledger', () => {
  const table = only(template, 'AWS::DynamoDB::GlobalTable')

  test('has one entry per member', () => {
    expect(table.Properties).toMatchObject({
      TableName: 'role-sync-prod-ledger',
      BillingMode: 'PAY_PER_REQUEST',
      KeySchema: [{ AttributeName: 'member', KeyType: 'HASH' }],
      AttributeDefinitions: [{ AttributeName: 'member', AttributeType: 'S' }],
    })
  })

  test('can be restored to any second and cannot be deleted by mistake', () => {
    expect(table.Properties.Replicas).toEqual([
      {
        Region: { Ref: 'AWS::Region' },
        DeletionProtectionEnabled: true,
        PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
      },
    ])
    expect(table).toMatchObject({ DeletionPolicy: 'Retain', UpdateReplacePolicy: 'Retain' })
  })

  test('lets no entry expire: an old event must not have the last word', () => {
    expect(table.Properties).not.toHaveProperty('TimeToLiveSpecification')
  })
})

describe('the secrets', () => {
  const secrets = Object.values(template.findResources('AWS::SecretsManager::Secret'))

  test('are one per target and one per source, named by stage', () => {
    expect(secrets.map(secret => secret.Properties.Name)).toEqual([
      'role-sync/prod/wacht',
      'role-sync/prod/project',
      'role-sync/prod/okta-event-hook',
      'role-sync/prod/hr-webhook',
    ])
  })

  test('hold nothing until an operator puts a token in: neither one that the template shows nor one made up', () => {
    for (const { Properties } of secrets)
      expect(Object.keys(Properties).toSorted()).toEqual(['Description', 'Name'])
  })

  test('outlive the stack', () => {
    for (const secret of secrets) expect(secret.UpdateReplacePolicy).toBe('Retain')
  })
})
