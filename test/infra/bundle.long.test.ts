import { spawnSync } from 'node:child_process'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { describe, expect, test } from '@jest/globals'
import { bundleHandler } from '../../infra/bundle-handler.ts'
import { handlers, root } from '../../infra/paths.ts'
import { type Resource, type Synthesis, synthesize } from '../../infra/synth.ts'
import { withOutdir } from './stage.ts'

const functionOf = ({ template }: Pick<Synthesis, 'template'>, name: string): Resource =>
  Object.values(template.Resources).find(({ Properties }) =>
    String(Properties.FunctionName).endsWith(`-${name}`),
  ) as Resource

const syncOf = (stage: Pick<Synthesis, 'template'>): Resource => functionOf(stage, 'sync')

/** Loads a module in a process of its own, as Lambda would: with nothing but the environment given. */
function load(file: string, env: Record<string, string>) {
  const script = `
    const { handler } = await import(${JSON.stringify(pathToFileURL(file).href)})
    const ofFetch = process.moduleLoadList.filter(name => name.includes('deps/undici'))
    console.log('handler is a', typeof handler, ofFetch)`
  return spawnSync(process.execPath, ['--input-type=module', '--eval', script], {
    env: { AWS_REGION: 'eu-central-1', ...env },
    encoding: 'utf8',
  })
}

const canResolve = ({ resolve }: NodeJS.Require, file: string): boolean => {
  try {
    return resolve(`./${file}`) !== ''
  } catch {
    return false
  }
}

describe('the bundled sync function', () => {
  test('is one module that does not depend on where it was made', () => {
    withOutdir(first =>
      withOutdir(second => {
        const here = synthesize({ outdir: first })
        const asset = here.assetOf(syncOf(here))
        expect(readdirSync(asset)).toEqual(['guards.json', 'index.mjs', 'roles.json'])
        const code = readFileSync(join(asset, 'index.mjs'), 'utf8')
        expect(code).not.toContain(root)
        // Of the SDK's ways to credentials a function needs the environment only.
        expect(code).not.toContain('AssumeRoleWithWebIdentity')
        const there = synthesize({ outdir: second, context: { stage: 'prod' } })
        expect(syncOf(there).Properties.Code).toEqual(syncOf(here).Properties.Code)
      }),
    )
  })

  test('leaves out files of undici and of no other package, and the other functions leave out nothing', () => {
    withOutdir(outdir => {
      const leftOut = handlers.map(handler => {
        const file = join(outdir, `${handler}.mjs`)
        bundleHandler(handler, file)
        const code = readFileSync(file, 'utf8')
        return [handler, [...code.matchAll(/[\w$]\("(\.\.?\/[^"]+)"\)/g)].map(([, name]) => name as string)]
      })
      const { sync, sweep: _, due: __, ...others } = Object.fromEntries(leftOut)
      expect(others).toEqual({ replay: [], intake: [], approve: [], reassert: [] })
      expect(sync).toEqual(expect.arrayContaining(['./lib/web/fetch', './client-h2.js', './api-stream']))
      const undici = createRequire(createRequire(import.meta.url).resolve('undici'))
      const folders = ['.', './lib/api', './lib/dispatcher']
      const isOfUndici = (name: string) => folders.some(folder => canResolve(undici, join(folder, name)))
      expect(sync.filter((name: string) => !isOfUndici(name))).toEqual([])
    })
  })

  test('starts with the environment of the template and loads no fetch of Node; without it names every missing setting', () => {
    withOutdir(outdir => {
      const stage = synthesize({ outdir, context: { stage: 'local' } })
      const lambda = syncOf(stage)
      const file = join(stage.assetOf(lambda), 'index.mjs')
      const { Variables } = lambda.Properties.Environment as { Variables: Record<string, unknown> }
      const environment = Object.entries(Variables).map(([name, value]) =>
        typeof value === 'string' ? [name, value] : [name, 'http://127.0.0.1:4566/000000000000/name'],
      )
      expect(load(file, Object.fromEntries(environment))).toMatchObject({
        stdout: 'handler is a function []\n',
        status: 0,
      })
      const { stderr, status } = load(file, {})
      expect(status).not.toBe(0)
      expect(stderr).toMatch(/CHANGES_QUEUE_URL: is missing.*WACHT_URL: is missing/s)
    })
  })

  test('holds the catalogue that the context names, and the intake the sources that stand in it', () => {
    withOutdir(outdir => {
      const roles = join(outdir, 'other roles.json')
      writeFileSync(roles, '{ "auditor": { "wacht": { "42": { "roleId": "4242424242" } } } }')
      const sources = { sap: { kind: 'cloudevents', secret: 'sap', source: '//sap.example.com' } }
      const stage = synthesize({ outdir: join(outdir, 'out'), context: { roles, sources } })
      const read = (name: string, file: string) =>
        readFileSync(join(stage.assetOf(functionOf(stage, name)), file), 'utf8')
      for (const name of ['sync', 'replay', 'intake']) {
        expect(read(name, 'roles.json')).toContain('4242424242')
        for (const file of ['index.mjs', 'roles.json'])
          expect(read(name, file)).not.toContain('engineering-manager')
      }
      expect(read('intake', 'sources.json')).toContain('//sap.example.com')
    })
  })
})
