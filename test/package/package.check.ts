import { once } from 'node:events'
import { globSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { App, Stack } from 'aws-cdk-lib'
import { Template } from 'aws-cdk-lib/assertions'
import { pageFiles } from '../../functions/cli/page/page-files.ts'
import { root } from '../../infra/paths.ts'
import { RoleSync } from '../../infra/role-sync.ts'
import type { Resource } from '../../infra/synth.ts'
import { environmentOf, startStages } from '../cli/stage.ts'
import { withOutdir } from '../infra/stage.ts'
import { wachtEvent } from '../local/sample-events.ts'
import { startTinyStack } from '../local/tiny-stack.ts'
import { createEmptyApp, type EmptyApp } from './empty-app.ts'

/** `npm run test:package`: the package in a CDK app of somebody else, offline. */

const roles = { auditor: { wacht: { '7301954381230018561': { roleId: '4242424242424242424' } } } }
const readme = readFileSync(join(root, 'infra/README.md'), 'utf8')
/** The app of infra/README.md. */
const [, code = ''] = /^## In your own CDK app$.*?^```ts\n(.*?)^```$/ms.exec(readme) ?? []

let app: EmptyApp
beforeAll(() => {
  app = createEmptyApp()
  app.write('app.ts', code)
  app.write('package.json', '{ "type": "module" }')
  app.write('cdk.json', '{ "app": "node app.ts", "versionReporting": false, "notices": false }')
  app.write('roles.json', JSON.stringify(roles, null, 2))
})
afterAll(() => app.remove())

describe('the tarball', () => {
  const filesIn = (pattern: string) => globSync(pattern, { cwd: app.installed })
  const read = (file: string) => readFileSync(join(app.installed, file), 'utf8')

  test('holds no TypeScript but declarations, no test, and no role or guard of this repository', () => {
    expect(filesIn('**/*.ts').filter(file => !file.endsWith('.d.ts'))).toEqual([])
    expect(filesIn('{test,infra/local}/**/*.{js,mjs,ts}')).toEqual([])
    const reviewed = ['roles', 'sources', 'guards'].map(name => read(`infra/${name}.json`))
    expect(reviewed).toEqual(['{}\n', '{}\n', '{}\n'])
    const code = filesIn('**/*.{js,mjs,json}')
    expect(code.length).toBeGreaterThan(100)
    expect(code.filter(file => read(file).includes('a1f0c3cc-0d44-4b50-8888-8dd25736052a'))).toEqual([])
    expect(code.filter(file => read(file).includes(root))).toEqual([])
  })

  test('points at nothing that it does not hold, in declarations, code and pages', () => {
    const links = (pattern: string, link: RegExp) =>
      filesIn(pattern).flatMap(file =>
        [...read(file).matchAll(link)].map(([, to = '']) => join(dirname(file), to)),
      )
    const declarations = links('**/*.d.ts', /\b(?:from |import\()["'](\.[^"']+)["']/g)
    const modules = links('**/*.js', /\b(?:from |import\()["'](\.[^"']+)["']/g)
    const pages = links('**/*.md', /\]\((?!https?:|#)([^)\s#]+)/g)
    for (const found of [declarations, modules, pages]) expect(found.length).toBeGreaterThan(15)
    expect(declarations.filter(file => !file.endsWith('.js'))).toEqual([])
    const there = (file: string) => statSync(join(app.installed, file), { throwIfNoEntry: false })
    const typed = declarations.map(file => file.replace(/\.js$/, '.d.ts'))
    expect([...typed, ...modules, ...pages].filter(file => !there(file))).toEqual([])
  })

  test('leaves aws-cdk-lib and constructs to the app, and needs nothing to build', () => {
    const { dependencies, peerDependencies } = app.manifest
    expect(Object.keys(peerDependencies)).toEqual(['aws-cdk-lib', 'constructs'])
    const needless = ['aws-cdk-lib', 'constructs', 'esbuild', 'typescript', 'node']
    expect(needless.filter(name => name in dependencies)).toEqual([])
  })
})

describe('an app', () => {
  /** What tsc says of files of the app. All declarations are checked. */
  function typeCheck(files: readonly string[], more: object = {}) {
    const compilerOptions = {
      ...{ module: 'nodenext', target: 'es2022', types: ['node'], noEmit: true, strict: true },
      ...{ skipLibCheck: false, ...more },
    }
    app.write('tsconfig.json', JSON.stringify({ compilerOptions, files }))
    return app.node([join(root, 'node_modules/typescript/bin/tsc'), '--pretty', 'false'])
  }

  test('is of ten lines or so, and its types hold with every declaration checked', () => {
    expect(code.trim().split('\n').length).toBeLessThanOrEqual(11)
    expect(typeCheck(['app.ts'])).toMatchObject({ stdout: '', status: 0 })
  })

  test('has its wrong props told by tsc, also in CommonJS; with stricter rules the faults are those of CDK', () => {
    app.write(
      'wrong.cts',
      `import { RoleSync, type RoleSyncProps } from 'role-sync'
      export const props: RoleSyncProps = { stage: 5, targets: {} }
      export const late = (roleSync: RoleSync) => roleSync.metricTimeToEffect('wacth')
      export const { stage }: RoleSync = {} as never`,
    )
    const { stdout } = typeCheck(['wrong.cts'], { exactOptionalPropertyTypes: true })
    const faults = stdout.split('\n').filter(line => /^\S.*error TS/.test(line))
    const others = faults.filter(line => !line.includes('node_modules/aws-cdk-lib/'))
    expect(others).toEqual([
      "wrong.cts(2,45): error TS2322: Type 'number' is not assignable to type 'string'.",
      `wrong.cts(3,79): error TS2345: Argument of type '"wacth"' is not assignable to parameter of type '"project" | "wacht"'.`,
    ])
  })

  test('in CommonJS loads the construct', () => {
    const script = "console.log(require('role-sync').RoleSync.name)"
    expect(app.node(['--input-type=commonjs', '--eval', script])).toMatchObject({
      stdout: 'RoleSync\n',
      status: 0,
    })
  })
})

describe('what the app synthesizes', () => {
  let template: { readonly Resources: Readonly<Record<string, Resource>> }
  const assetOf = ({ Properties }: Resource) =>
    join(app.folder, `cdk.out/asset.${(Properties.Code as { S3Key: string }).S3Key.replace(/\.zip$/, '')}`)
  const functions = () =>
    Object.values(template.Resources).filter(({ Type }) => Type === 'AWS::Lambda::Function')

  beforeAll(() => {
    const cdk = join(root, 'node_modules/aws-cdk/bin/cdk')
    const { status, stderr } = app.node([cdk, 'synth', '--quiet'])
    expect({ status, stderr }).toMatchObject({ status: 0 })
    template = JSON.parse(readFileSync(join(app.folder, 'cdk.out/Roles.template.json'), 'utf8'))
  })

  test('is what the repository makes of the same props, but for the code: every logical id, type and property', () => {
    const essence = (resources: Readonly<Record<string, Resource>>) =>
      Object.entries(resources).map(([id, { Type, Properties }]) => {
        const { Code: _, ...rest } = Properties ?? {}
        return [id, Type, rest]
      })
    withOutdir(outdir => {
      const here = new App({ outdir, context: { 'aws:cdk:bundling-stacks': [] }, analyticsReporting: false })
      const stack = new Stack(here, 'Roles')
      new RoleSync(stack, 'RoleSync', {
        stage: 'prod',
        targets: { wacht: { url: 'https://api.wacht.dev' }, project: { url: 'https://brms.acme.dev' } },
        roles,
      })
      const ours = Template.fromStack(stack).toJSON().Resources
      expect(essence(template.Resources)).toEqual(essence(ours))
    })
  })

  test('has the bundles of the package, and beside each that reads them the roles of the app', () => {
    const bundles = functions().map(each => {
      const asset = assetOf(each)
      const reviewed = readdirSync(asset).filter(file => file !== 'index.mjs')
      expect([['guards.json', 'roles.json'], ['roles.json'], []]).toContainEqual(reviewed)
      if (reviewed.length > 0)
        expect(JSON.parse(readFileSync(join(asset, 'roles.json'), 'utf8'))).toEqual(roles)
      return readFileSync(join(asset, 'index.mjs'), 'utf8')
    })
    const packed = ['sync', 'replay', 'sweep', 'due'].map(name =>
      readFileSync(join(app.installed, `bundles/${name}.mjs`), 'utf8'),
    )
    expect(bundles.toSorted()).toEqual(packed.toSorted())
  })

  test('runs: its sync function dead-letters a role that the app does not have, and names those that it has', async () => {
    const secrets = new Map(
      ['wacht', 'project', 'person'].map(name => [`role-sync/prod/${name}`, '{"token":"t"}']),
    )
    const stack = await startTinyStack({ template, assetOf, secrets })
    try {
      stack.poll()
      await stack.send(JSON.stringify(wachtEvent('engineer-1')))
      await stack.until(() => stack.settled.length === 1)
      expect(stack.settled).toMatchObject([{ outcome: 'dead', reason: 'unknown_role' }])
      const [letter] = stack.messages(stack.deadLetters)
      expect(JSON.stringify(letter)).toContain('there are auditor')
    } finally {
      await stack.stop()
    }
  })
})

describe('the command line', () => {
  const run = (args: readonly string[], env?: Record<string, string>) =>
    app.node(
      [join(app.installed, app.manifest.bin['role-sync']!), ...args],
      env,
      JSON.stringify(wachtEvent('a')),
    )

  test('is a program that says what it can do and of which version it is', () => {
    const bin = join(app.installed, app.manifest.bin['role-sync']!)
    expect(readFileSync(bin, 'utf8')).toMatch(/^#!\/usr\/bin\/env node\n/)
    expect(statSync(bin).mode & 0o111).toBe(0o111)
    expect(run(['--help'])).toMatchObject({ stdout: expect.stringMatching(/^Usage: role-sync /), status: 0 })
    expect(run(['--version'])).toMatchObject({ stdout: `${app.manifest.version}\n`, status: 0 })
  })

  test('checks an event with the roles of the app, and has none of its own', () => {
    const own = JSON.stringify({ engineer: roles.auditor })
    app.write('engineers.json', own)
    expect(run(['check', '-'], { ROLES: 'engineers.json' })).toMatchObject({
      stdout: expect.stringContaining('{"role_id":"4242424242424242424"}'),
      status: 0,
    })
    expect(run(['check', '-'])).toMatchObject({
      stdout: expect.stringContaining('unknown_role: data.role: no role of this name; there are none'),
      status: 1,
    })
  })

  test('serves the live page over a stage, as it is built from this repository', async () => {
    const stages = await startStages()
    try {
      const bin = join(app.installed, app.manifest.bin['role-sync']!)
      const child = app.start([bin, 'console', '--json'], environmentOf(await stages.next()))
      const [said] = await once(child.stdout, 'data')
      const { url } = JSON.parse(String(said)) as { readonly url: string }
      for (const [path, { content }] of await pageFiles())
        expect(await (await fetch(url + path)).text()).toBe(content)
      expect((await fetch(`${url}/changes`)).status).toBe(200)
      child.kill('SIGINT')
      await once(child, 'close')
    } finally {
      await stages.stop()
    }
  })
})
