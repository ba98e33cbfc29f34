import { describe, expect, test } from '@jest/globals'
import { Annotations, Match } from 'aws-cdk-lib/assertions'
import { appOf, sources, withOutdir } from './stage.ts'

describe('an app in this process', () => {
  test('takes its context from cdk.json where nothing is set over it', () => {
    withOutdir(outdir => {
      expect(appOf({ stage: undefined }, outdir).stack.stackName).toBe('role-sync-dev')
    })
  })

  test('throws one error for all the problems of its context', () => {
    withOutdir(outdir => {
      expect(() => appOf({ stage: 'P', wachtDialect: 'x' }, outdir)).toThrow(/wachtDialect: .*\n {2}stage: /)
    })
  })

  test('warns of an example address, except at the stage local, and of nothing else', () => {
    withOutdir(outdir => {
      const warnings = (context: Record<string, unknown>) =>
        Annotations.fromStack(appOf({ ...context, sources }, outdir).stack)
          .findWarning('*', Match.anyValue())
          .map(({ entry }) => String(entry.data).split(':')[0])
      expect({
        example: warnings({ stage: 'prod' }),
        local: warnings({ stage: 'local' }),
        set: warnings({ stage: 'prod', projectUrl: 'https://brms.acme.dev' }),
      }).toEqual({ example: ['projectUrl is still https'], local: [], set: [] })
    })
  })
})
