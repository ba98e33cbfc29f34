import { randomBytes } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { personTarget } from '../../../functions/core/people/person-event.ts'
import { kinds } from '../../../functions/targets/index.ts'
import { defaultSources, root } from '../../paths.ts'
import type { AssetOf } from '../template/template-functions.ts'
import { resourcesOf, type Template } from '../template/template-resources.ts'
import type { Options } from './run-options.ts'
import type { Targets } from './run-targets.ts'

/** The stack's template for this machine, and what goes with it. */
export interface LocalSynthesis {
  readonly template: Template
  readonly assetOf: AssetOf
  /** The value of each secret of the template, by name. */
  readonly secrets: ReadonlyMap<string, string>
  /** What each source signs with in this run, by its name. */
  readonly sourceTokens: ReadonlyMap<string, string>
  /** Removes the template and the bundles. */
  remove(): void
}

/** Synthesizes the stage `local`, its targets at the given addresses. Throws one error that lists every wrong setting. */
export async function synthesizeLocal(
  { context, targets, data }: Options,
  urls: Targets['urls'],
): Promise<LocalSynthesis> {
  // Loaded only now: the CDK takes half a second, and help and errors need none of it.
  const { synthesize } = await import('../../synth.ts')
  // In the folder of `--data` what a kill left behind is replaced by the next run.
  const outdir = data ? join(data, 'stack') : mkdtempSync(join(tmpdir(), 'role-sync-'))
  const remove = () => rmSync(outdir, { recursive: true, force: true })
  if (data) remove()
  try {
    const { template, assetOf, sources } = synthesize({
      outdir,
      context: {
        ...{ stage: 'local', wachtUrl: urls.wacht, projectUrl: urls.project },
        ...sourcesContext(context),
        ...context,
      },
    })
    const sourceTokens = new Map(sources.map(({ name }) => [name, randomToken()]))
    const secrets = new Map([
      ...secretsOf(template, targets),
      ...sources.map(({ name, secretName }) => [secretName, secretOf(sourceTokens.get(name)!)] as const),
    ])
    return { template, assetOf, secrets, sourceTokens, remove }
  } catch (error) {
    remove()
    throw error
  }
}

const secretOf = (token: string): string => JSON.stringify({ token })

/** A key of Standard Webhooks, which every kind of source takes. */
const randomToken = (): string => `whsec_${randomBytes(32).toString('base64')}`

/** Each secret belongs to the target that its name ends in; the one that the cloud makes up is made up here, too. */
function secretsOf(template: Template, targets: Options['targets']): Map<string, string> {
  const names = resourcesOf(template, 'AWS::SecretsManager::Secret').map(({ properties }) =>
    String(properties.Name),
  )
  const madeUp = names
    .filter(name => name.endsWith(`/${personTarget}`))
    .map(name => [name, secretOf(crypto.randomUUID())] as const)
  return new Map([
    ...madeUp,
    ...kinds.flatMap(({ name: target }) =>
      names
        .filter(name => name.endsWith(`/${target}`))
        .map(name => [name, secretOf(targets[target as keyof typeof targets].token)] as const),
    ),
  ])
}

/** The sources of the sample: an Okta organization and an HR system, in the roles of `infra/roles.json`. */
export const sampleSources = join(import.meta.dirname, '../sample/sample-sources.json')

/** The context key that lets the sample's sources in, unless sources are declared, or roles that these do not speak of. */
export const sourcesContext = (context: Readonly<Record<string, string>>): { sources?: string } =>
  context.sources !== undefined || context.roles !== undefined || declaresSources()
    ? {}
    : { sources: sampleSources }

/** Whether the repository's own file declares any; what is wrong with it is told when the stack is synthesized. */
function declaresSources(): boolean {
  try {
    return Object.keys(JSON.parse(readFileSync(resolve(root, defaultSources), 'utf8')) as object).length > 0
  } catch {
    return true
  }
}
