import { dirname, join, matchesGlob } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { filesIn, importsOf, sourceOf } from './support/imports.ts'

/** The direction of imports (functions/README.md#layout), held against every file of the project. */
const imports = ['functions', 'infra', 'test'].flatMap(filesIn).flatMap(importsOf)
const inside =
  (...folders: string[]) =>
  (file: string) =>
    folders.some(folder => file.startsWith(`${folder}/`))

/** The imports out of a folder that go where they may not, as `from → to`. */
const strays = (folder: string, allowed: (to: string) => boolean): string[] =>
  imports
    .filter(({ from, to, local }) => local && inside(folder)(from) && !allowed(to))
    .map(({ from, to }) => `${from} → ${to}`)

test('there are imports to hold', () => expect(imports.length).toBeGreaterThan(300))

describe('functions', () => {
  const core = 'functions/core'
  const targets = 'functions/targets'
  const aws = 'functions/aws'
  test('core imports itself', () => expect(strays(core, inside(core))).toEqual([]))
  test('core imports no package but valibot', () => {
    const packages = imports.filter(({ from, local }) => !local && inside(core)(from)).map(({ to }) => to)
    expect(new Set(packages)).toEqual(new Set(['valibot']))
  })
  const http = 'functions/http'
  test('http imports itself', () => expect(strays(http, inside(http))).toEqual([]))
  test('targets import core and http', () => expect(strays(targets, inside(core, http, targets))).toEqual([]))
  test('aws imports core and http', () => expect(strays(aws, inside(core, http, aws))).toEqual([]))
  test.each(['sync', 'replay', 'sweep', 'reassert', 'due'])(
    '%s imports aws, targets and core, and not its neighbours',
    name => {
      const own = `functions/${name}`
      expect(strays(own, inside(core, targets, aws, own))).toEqual([])
    },
  )
  const approve = 'functions/approve'
  test('approve imports aws and core', () => expect(strays(approve, inside(core, aws, approve))).toEqual([]))
  const intake = 'functions/intake'
  const kindOf = (file: string) => /^functions\/intake\/([^/]+)\//.exec(file)?.[1]
  test('intake imports aws, targets and core, and not its neighbours', () => {
    expect(strays(intake, inside(core, targets, aws, intake))).toEqual([])
  })
  test('a kind of source imports core and what the kinds share', () => {
    const shared = [`${intake}/source-kind.ts`, `${intake}/standard-webhooks.ts`]
    const found = imports.filter(
      ({ from, to, local }) =>
        local && kindOf(from) && !inside(core, `${intake}/${kindOf(from)}`)(to) && !shared.includes(to),
    )
    expect(found.map(({ from, to }) => `${from} → ${to}`)).toEqual([])
  })
  test('only the list of kinds of sources knows them', () => {
    const known = imports.filter(
      ({ from, to, local }) =>
        local && kindOf(to) && inside('functions', 'infra')(from) && kindOf(from) !== kindOf(to),
    )
    expect(new Set(known.map(({ from }) => from))).toEqual(new Set([`${intake}/source-kinds.ts`]))
  })
  test('the command line imports the same, and what it shares with replay, approve, reassert and sweep, but no handler', () => {
    const allowed = inside(
      core,
      targets,
      aws,
      approve,
      'functions/reassert',
      'functions/replay',
      'functions/sweep',
      'functions/cli',
    )
    expect(strays('functions/cli', to => allowed(to) && !to.endsWith('-handler.ts'))).toEqual([])
  })
  test('one target never imports another, and only the list knows them', () => {
    const targetOf = (file: string) => /^functions\/targets\/([^/]+)\//.exec(file)?.[1]
    const known = imports
      .filter(
        ({ from, to, local }) => local && inside('functions', 'infra')(from) && targetOf(to) !== undefined,
      )
      .filter(({ from, to }) => targetOf(from) !== targetOf(to) && from !== 'functions/targets/index.ts')
    expect(known.map(({ from, to }) => `${from} → ${to}`)).toEqual([])
  })
  test('only the files of aws, and the command line, know the SDK', () => {
    const users = imports.filter(({ from, to }) => inside('functions')(from) && to.startsWith('@aws-sdk/'))
    expect(users.filter(({ from }) => !inside(aws, 'functions/cli')(from)).map(({ from }) => from)).toEqual(
      [],
    )
  })
})

describe('infra', () => {
  /** What the local run shares with the command line. */
  const page = ['functions/cli/page', 'functions/cli/loopback']
  test('imports core, the lists of targets and of kinds of sources and the page, and reaches handlers by path', () => {
    const lists = [
      'functions/targets/index.ts',
      'functions/targets/target.ts',
      'functions/intake/source-kinds.ts',
    ]
    const allowed = (to: string) => inside('infra', 'functions/core')(to) || lists.includes(to)
    expect(strays('infra', to => allowed(to) || inside(...page)(to))).toEqual([])
    expect(strays('functions/cli/page', inside('functions/core', 'functions/targets', ...page))).toEqual([])
  })
  test('imports infra/local nowhere but in infra/local', () => {
    const users = imports.filter(
      ({ from, to, local }) => local && inside('infra/local')(to) && !inside('infra/local')(from),
    )
    expect(users.filter(({ from }) => !inside('test')(from)).map(({ from }) => from)).toEqual([])
  })
})

test('nothing but tests imports tests', () => {
  const users = imports.filter(({ from, to, local }) => local && inside('test')(to) && !inside('test')(from))
  expect(users.map(({ from }) => from)).toEqual([])
})

test('relative imports name their file, as Node wants it', () => {
  const bare = imports.filter(({ to, local }) => local && !/\.(tsx?|js|mjs|json)$/.test(to))
  expect(bare.map(({ from, to }) => `${from} → ${to}`)).toEqual([])
})

describe('an import of a package', () => {
  /** Paths of packages that state no `exports`: each is named in the package's own documentation. */
  const documented = ['ajv/dist/2020.js']
  const exportsOf = (name: string): object =>
    Object(JSON.parse(sourceOf(join('node_modules', name, 'package.json'))).exports)
  const isPublic = (name: string, specifier: string): boolean => {
    if (specifier === name || documented.includes(specifier)) return true
    return Object.keys(exportsOf(name)).some(path => matchesGlob(specifier, join(name, path)))
  }

  test('is of a path that the package exports: nothing imports a private one', () => {
    const outside = imports.filter(({ local, specifier }) => !local && /^@?[a-z]/.test(specifier))
    const found = outside.filter(({ to, specifier }) => !/^node:/.test(to) && !isPublic(to, specifier))
    expect(found.map(({ from, specifier }) => `${from} → ${specifier}`)).toEqual([])
  })
  test('is refused if the package does not export the path', () => {
    expect({
      exported: isPublic('aws-cdk-lib', 'aws-cdk-lib/aws-sqs'),
      private: isPublic('fauxqs', 'fauxqs/dist/persistence.js'),
    }).toEqual({ exported: true, private: false })
  })
  test('is not made by the file of a package that is resolved first', () => {
    const resolves = (file: string) => /import\.meta\.resolve\(/.test(sourceOf(file))
    expect(['functions', 'infra'].flatMap(filesIn).filter(resolves)).toEqual([])
  })
})

/** The ways that lead from a place back to it, along `from → to`. */
function circles(steps: readonly { readonly from: string; readonly to: string }[]): string[] {
  const next = Map.groupBy(steps, ({ from }) => from)
  const done = new Set<string>()
  const found: string[] = []
  const walk = (at: string, way: readonly string[]): void => {
    if (way.includes(at)) found.push([...way.slice(way.indexOf(at)), at].join(' → '))
    if (done.has(at)) return
    done.add(at)
    for (const { to } of next.get(at) ?? []) walk(to, [...way, at])
  }
  for (const at of next.keys()) walk(at, [])
  return found
}

describe('circles of imports', () => {
  const product = imports.filter(({ from, local }) => local && inside('functions', 'infra')(from))
  test('are not among the files of functions and infra', () => expect(circles(product)).toEqual([]))
  test('are not among the folders of infra/local', () => {
    const steps = product
      .filter(({ from, to }) => [from, to].every(inside('infra/local')))
      .map(({ from, to }) => ({ from: dirname(from), to: dirname(to) }))
      .filter(({ from, to }) => from !== to)
    expect(steps.length).toBeGreaterThan(20)
    expect(circles(steps)).toEqual([])
  })
  test('are found, whatever their length', () => {
    const steps = ['ab', 'bc', 'cb', 'dd'].map(([from, to]) => ({ from: from!, to: to! }))
    expect(circles(steps)).toEqual(['b → c → b', 'd → d'])
  })
})
