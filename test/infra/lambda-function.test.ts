import { expect, test } from '@jest/globals'
import { App } from 'aws-cdk-lib'
import { bundling } from '../../infra/constructs/lambda-function.ts'

test('the reviewed roles and sources of the stage are bundled, each under its own name', () => {
  expect(bundling(new App(), { rolesFile: '/r.json', sourcesFile: '/s.json' }).esbuildArgs).toMatchObject({
    ...{ '--alias:#roles': '/r.json', '--alias:#sources': '/s.json' },
  })
})
