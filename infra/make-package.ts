import { execFileSync } from 'node:child_process'
import { chmodSync, cpSync, globSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { pageFiles } from '../functions/cli/page/page-files.ts'
import { bundleHandler } from './bundle-handler.ts'
import { bundleOf, handlers, packageJson, root } from './paths.ts'

/**
 * `npm run package [-- FOLDER]` makes the npm package for CDK apps in `FOLDER/package` (default `dist/package`), and its tarball in
 * `FOLDER`. The package has the construct with its declarations, the bundles of the functions, the command line with its live page, and the pages.
 */
const folder = resolve(process.argv[2] ?? join(root, 'dist'))
const made = join(folder, 'package')
const construct = 'infra/role-sync'
const commandLine = 'functions/cli/main.js'
/** The app has these packages itself: its constructs and ours must use the same copy. */
const peers = ['aws-cdk-lib', 'constructs']

rmSync(made, { recursive: true, force: true })
compile()
keepDeclarationsOf(join(made, `${construct}.d.ts`))
for (const handler of handlers) bundleHandler(handler, bundleOf(handler, made))
await buildPage()
// The package does not contain the roles, sources and guards of this repository. Without a catalogue, events name ids instead of roles.
for (const name of ['roles', 'sources', 'guards']) writeFileSync(join(made, `infra/${name}.json`), '{}\n')
for (const page of globSync(['README.md', '{functions,infra,test}/**/*.md'], { cwd: root }))
  cpSync(join(root, page), join(made, page))
writeFileSync(join(made, 'package.json'), `${JSON.stringify(manifest(), null, 2)}\n`)
execFileSync('npm', ['pack', '--silent', '--pack-destination', folder], { cwd: made, stdio: 'inherit' })

function compile(): void {
  const tsc = join(root, 'node_modules/typescript/bin/tsc')
  const options = ['--project', join(import.meta.dirname, 'tsconfig.package.json'), '--outDir', made]
  execFileSync(process.execPath, [tsc, ...options], { stdio: 'inherit' })
  chmodSync(join(made, commandLine), 0o755)
}

/** Puts the built files of the live page in place of the module that builds them. */
async function buildPage(): Promise<void> {
  const files = JSON.stringify([...(await pageFiles())])
  writeFileSync(
    join(made, 'functions/cli/page/page-files.js'),
    `export const pageFiles = async () => new Map(${files})\n`,
  )
}

/**
 * Keeps a declaration file and those that it imports, and removes the others. In declarations tsc keeps the ending `.ts` of imports,
 * but the package has no such files. They become `.js`, as in the code.
 */
function keepDeclarationsOf(first: string): void {
  const kept = new Set<string>()
  const keep = (file: string): void => {
    if (kept.has(file)) return
    kept.add(file)
    const keepImported = (_: string, before: string, path: string) => {
      keep(join(dirname(file), `${path}.d.ts`))
      return `${before}${path}.js`
    }
    const text = readFileSync(file, 'utf8')
    writeFileSync(file, text.replace(/(\b(?:from |import\()["'])(\.[^"']+)\.ts(?=["'])/g, keepImported))
  }
  keep(first)
  for (const file of globSync(join(made, '**/*.d.ts'))) if (!kept.has(file)) rmSync(file)
}

/** The `package.json` of the package. Its dependencies are the packages that its code imports, in the versions of this repository. */
function manifest(): Record<string, unknown> {
  const { name, version, description, license, repository, type, engines, imports, ...versions } = JSON.parse(
    readFileSync(packageJson, 'utf8'),
  )
  const imported = globSync(join(made, '**/*.js')).flatMap(packagesIn)
  const dependencies = [...new Set(imported)].filter(each => !peers.includes(each)).toSorted()
  const unknown = dependencies.filter(each => !Object.hasOwn(versions.dependencies, each))
  if (unknown.length > 0) throw new Error(`not among the dependencies of package.json: ${unknown.join(', ')}`)
  return {
    ...{ name, version, description, license, repository, type, engines, imports },
    exports: { '.': { types: `./${construct}.d.ts`, default: `./${construct}.js` } },
    bin: { [name]: commandLine },
    dependencies: Object.fromEntries(dependencies.map(each => [each, versions.dependencies[each]])),
    peerDependencies: Object.fromEntries(peers.map(each => [each, `^${versions.devDependencies[each]}`])),
  }
}

/** The packages that a compiled file imports. */
function packagesIn(file: string): string[] {
  const imports = /(?:^(?:import|export) (?:[^'"]*from )?|\bimport\()['"]((?:@[\w-]+\/)?[\w-]+)['"/]/gm
  return [...readFileSync(file, 'utf8').matchAll(imports)].map(([, name]) => name!)
}
