import { expect, test } from '@jest/globals'
import { App } from 'aws-cdk-lib'
import { bundling } from '../../infra/constructs/lambda-function.ts'
import { sources, templateOf } from './stage.ts'

const template = templateOf({ stage: 'prod', sources })

test('every log outlives the stack for its time: what happened before somebody deleted it can be read', () => {
  const groups = Object.values(template.findResources('AWS::Logs::LogGroup'))
  expect(groups.length).toBeGreaterThanOrEqual(4)
  for (const group of groups) {
    expect(group).toMatchObject({
      ...{ DeletionPolicy: 'RetainExceptOnCreate', UpdateReplacePolicy: 'Retain' },
      Properties: { RetentionInDays: 180 },
    })
  }
})

test('every secret outlives the stack: a source that lost its secret could not be verified again', () => {
  const secrets = Object.values(template.findResources('AWS::SecretsManager::Secret'))
  expect(secrets.length).toBeGreaterThanOrEqual(5)
  for (const secret of secrets) {
    expect(secret).toMatchObject({ DeletionPolicy: 'RetainExceptOnCreate', UpdateReplacePolicy: 'Retain' })
  }
})

test('the reviewed roles and sources of the stage are bundled, each under its own name', () => {
  expect(bundling(new App(), { rolesFile: '/r.json', sourcesFile: '/s.json' }).esbuildArgs).toMatchObject({
    ...{ '--alias:#roles': '/r.json', '--alias:#sources': '/s.json' },
  })
})
