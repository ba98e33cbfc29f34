import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { App, Stack } from 'aws-cdk-lib'
import { Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda'
import { functionCode, type ReviewedFiles } from '../../infra/constructs/function-code.ts'
import type { Handler } from '../../infra/paths.ts'
import { withOutdir } from './stage.ts'

/** The folders of the assets of these functions, each by the name that its function has here. */
function assetsOf(outdir: string, functions: Record<string, [Handler, ReviewedFiles]>) {
  const app = new App({ outdir, analyticsReporting: false, treeMetadata: false })
  const stack = new Stack(app, 'Functions')
  const ids = Object.entries(functions).map(([name, [handler, reviewed]]) => {
    const code = functionCode(handler, reviewed)
    const made = new LambdaFunction(stack, name, {
      code,
      handler: 'index.handler',
      runtime: Runtime.NODEJS_24_X,
    })
    return [name, stack.getLogicalId(made.node.defaultChild as never)] as const
  })
  const { Resources } = app.synth().getStackByName('Functions').template
  return Object.fromEntries(
    ids.map(([name, id]) => [name, `asset.${Resources[id].Properties.Code.S3Key.replace(/\.zip$/, '')}`]),
  )
}

test('a function has its bundle, and beside it the reviewed files that it reads and no other, without their layout', () => {
  withOutdir(outdir => {
    const roles = join(outdir, 'other roles.json')
    writeFileSync(roles, '{\n  "auditor": {} }\n')
    const sources = JSON.parse('{"__proto__":{},"sap":{"kind":"cloudevents"}}')
    const { intake, replay } = assetsOf(join(outdir, 'out'), {
      intake: ['intake', { roles, sources }],
      replay: ['replay', { roles }],
    })
    const read = (file: string) => readFileSync(join(outdir, 'out', intake!, file), 'utf8')
    expect(readdirSync(join(outdir, 'out', intake!))).toEqual(['index.mjs', 'roles.json', 'sources.json'])
    expect(read('roles.json')).toBe('{"auditor":{}}')
    expect(read('sources.json')).toBe('{"__proto__":{},"sap":{"kind":"cloudevents"}}')
    const code = read('index.mjs')
    expect(code.match(/from"\.\/(roles|sources)\.json"with\{type:"json"\}/g)?.toSorted()).toEqual([
      'from"./roles.json"with{type:"json"}',
      'from"./sources.json"with{type:"json"}',
    ])
    expect(readdirSync(join(outdir, 'out', replay!))).toEqual(['index.mjs', 'roles.json'])
  })
})

test('two stages with the same roles share an asset, and other roles make another with the same bundle', () => {
  withOutdir(outdir => {
    const { one, same, other } = assetsOf(outdir, {
      one: ['replay', { roles: { auditor: {} } }],
      same: ['replay', { roles: { auditor: {} } }],
      other: ['replay', { roles: { boss: {} } }],
    })
    expect(same).toBe(one)
    expect(other).not.toBe(one)
    const bundleOf = (asset: string) => readFileSync(join(outdir, asset, 'index.mjs'), 'utf8')
    expect(bundleOf(other!)).toBe(bundleOf(one!))
  })
})
