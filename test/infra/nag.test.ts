import { describe, expect, test } from '@jest/globals'
import { Validations } from 'aws-cdk-lib'
import { AwsSolutionsChecks, ServerlessChecks } from 'cdk-nag'
import { appOf, guards, sources, withOutdir } from './stage.ts'

describe.each(['prod', 'local'])('at the stage %s', stage => {
  const app = withOutdir(outdir => {
    const made = appOf(
      {
        stage,
        sources,
        outcomes: 'on',
        guards,
        producers: '123456789012,sns.amazonaws.com=arn:aws:sns:eu-central-1:123456789012:hr',
      },
      outdir,
    ).app
    made.synth()
    return made
  })

  test.each([
    ['AWS Solutions', new AwsSolutionsChecks()],
    ['Serverless', new ServerlessChecks()],
  ])("cdk-nag's %s pack finds nothing that is not explained", (_, pack) => {
    expect(pack.validateScope(app)).toEqual({ success: true, violations: [] })
  })

  test('every acknowledgement stands at the construct that it is about, and says why', () => {
    const acknowledged = app.node
      .findAll()
      .flatMap(({ node }) => node.metadata.map(({ type, data }) => ({ path: node.path, type, data })))
      .filter(({ type }) => type === Validations.ACKNOWLEDGED_RULES_METADATA_KEY)
      .flatMap(({ path, data }) =>
        Object.entries(data as Record<string, string>).map(([id, why]) => ({ path, id, why })),
      )
    expect(acknowledged.length).toBeGreaterThan(0)
    for (const { path, why } of acknowledged) {
      expect(path).toMatch(/^role-sync-\w+\/\w+/)
      expect(why.length).toBeGreaterThan(40)
    }
  })
})
