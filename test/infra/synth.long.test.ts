import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { root } from '../../infra/paths.ts'
import { synthesize, type Template } from '../../infra/synth.ts'
import { appOf, sources, withOutdir } from './stage.ts'

/** What a template would create, without what only a reader of it is told. */
const essence = ({ Resources, Outputs }: Template) => ({
  Outputs,
  Resources: Object.fromEntries(
    Object.entries(Resources).map(([id, { Metadata: _, ...rest }]) => [id, rest]),
  ),
})

describe('cdk synth', () => {
  const cdk = join(root, 'node_modules/aws-cdk/bin/cdk')
  const run = (outdir: string, ...options: string[]) =>
    spawnSync(process.execPath, [cdk, 'synth', '--quiet', '--output', join(outdir, 'out'), ...options], {
      cwd: root,
      // No credentials, no home with any, and a proxy that refuses whatever would call out.
      env: {
        PATH: process.env.PATH,
        HOME: outdir,
        AWS_EC2_METADATA_DISABLED: 'true',
        HTTPS_PROXY: 'http://127.0.0.1:9',
      },
      encoding: 'utf8',
    })

  test('works offline and makes the template that this process makes', () => {
    withOutdir(outdir => {
      const context = ['stage=prod', 'requestTimeoutSeconds=5', 'producers=123456789012,sns.amazonaws.com']
      const { status, stderr } = run(outdir, ...context.flatMap(pair => ['--context', pair]))
      expect({ status, stderr }).toMatchObject({ status: 0 })
      const written = JSON.parse(readFileSync(join(outdir, 'out/role-sync-prod.template.json'), 'utf8'))
      const { template } = synthesize({
        outdir: join(outdir, 'in-process'),
        context: {
          stage: 'prod',
          requestTimeoutSeconds: 5,
          producers: ['123456789012', 'sns.amazonaws.com'],
        },
      })
      expect(essence(template)).toEqual(essence(written))
    })
  })

  test('refuses a wrong context with every problem, and shows no stack trace', () => {
    withOutdir(outdir => {
      const { status, stderr } = run(
        outdir,
        '-c',
        'stage=PROD',
        '-c',
        'leaseSeconds=4',
        '-c',
        'roles=no.json',
      )
      expect(status).toBe(1)
      for (const key of ['stage', 'leaseSeconds', 'roles'])
        expect(stderr).toMatch(new RegExp(`^  ${key}: `, 'm'))
      expect(stderr).not.toMatch(/^\s+at /m)
    })
  })
})

test("a synthesized app passes CDK's own validation of the template", () => {
  withOutdir(outdir => {
    const { app } = appOf(
      { stage: 'prod', sources, '@aws-cdk/core:validateAgainstDefaultRules': true },
      outdir,
      { validate: true },
    )
    expect(() => app.synth()).not.toThrow()
    const report = JSON.parse(readFileSync(join(outdir, 'validation-report.json'), 'utf8'))
    expect(report).toMatchObject({ pluginReports: [] })
  })
})
