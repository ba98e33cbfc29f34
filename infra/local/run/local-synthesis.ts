import { randomBytes } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { personTarget } from '../../../functions/core/people/person-event.ts'
import { urlKey } from '../../context/target-deployment.ts'
import { defaultGuards, defaultSources } from '../../paths.ts'
import type { AssetOf } from '../template/template-functions.ts'
import { resourcesOf, type Template } from '../template/template-resources.ts'
import type { Options } from './run-options.ts'
import type { Targets } from './run-targets.ts'

/** The stack's template for this machine, with its bundles and secrets. */
export interface LocalSynthesis {
  readonly template: Template
  readonly assetOf: AssetOf
  /** The value of each secret of the template, by name. */
  readonly secrets: ReadonlyMap<string, string>
  /** The token with which each source signs in this run, by name. */
  readonly sourceTokens: ReadonlyMap<string, string>
  /** Removes the template and the bundles. */
  remove(): void
}

/** Synthesizes the stage `local`, its targets at `urls`. Rejects with one error that lists every wrong setting. */
export async function synthesizeLocal(
  { context, targets, data }: Options,
  urls: Targets['urls'],
): Promise<LocalSynthesis> {
  // A late import: the CDK takes half a second to load, and help and errors do not need it.
  const { synthesize } = await import('../../synth.ts')
  // A kill may leave its template in the folder of `--data`: the next run replaces it.
  const outdir = data ? join(data, 'stack') : mkdtempSync(join(tmpdir(), 'role-sync-'))
  const remove = () => rmSync(outdir, { recursive: true, force: true })
  if (data) remove()
  try {
    const { template, assetOf, sources } = synthesize({
      outdir,
      context: {
        stage: 'local',
        ...Object.fromEntries(Object.entries(urls).map(([name, url]) => [urlKey(name), url])),
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

/** A key of Standard Webhooks. Every kind of source accepts it. */
const randomToken = (): string => `whsec_${randomBytes(32).toString('base64')}`

/** The same in each run, so that a guards file may name people by their keys. */
export const personSecret = 'local-secret-of-people'

/** The secrets of the targets, whose names end in the target, and those of people, of re-assertions and of due changes, which the cloud generates. */
function secretsOf(template: Template, targets: Options['targets']): Map<string, string> {
  const tokens = new Map([
    [personTarget, personSecret],
    ['reassert', 'local-key-of-re-assertions'],
    ['due', 'local-key-of-due-changes'],
    ...Object.entries(targets).map(([name, { token }]) => [name, token] as const),
  ])
  return new Map(
    resourcesOf(template, 'AWS::SecretsManager::Secret').flatMap(({ properties }) => {
      const name = String(properties.Name)
      const token = tokens.get(name.split('/').at(-1)!)
      return token === undefined ? [] : [[name, secretOf(token)]]
    }),
  )
}

/** The sources of the sample: an Okta organization and an HR system, in the roles of `infra/roles.json`. */
export const sampleSources = join(import.meta.dirname, '../sample/sample-sources.json')

/** The guards of the sample day. */
export const sampleGuards = join(import.meta.dirname, '../sample/sample-guards.json')

/** The context key of the sample's sources. They are not used with declared sources or another role catalogue. */
export const sourcesContext = (context: Readonly<Record<string, string>>): { sources?: string } =>
  context.sources !== undefined || context.roles !== undefined || declares(defaultSources)
    ? {}
    : { sources: sampleSources }

/** What the guards of the sample need, unless it is set. */
const sampleNeeds = { sweep: 'on', reassert: 'on' }

/**
 * The context keys of the sample's guards. They count beside the sample's sources, where no guard is declared, and where nothing that they need
 * is off.
 */
export const guardsContext = (context: Readonly<Record<string, string>>): Readonly<Record<string, string>> =>
  sourcesContext(context).sources === undefined ||
  context.guards !== undefined ||
  declares(defaultGuards) ||
  Object.keys(sampleNeeds).some(key => context[key] === 'off')
    ? {}
    : { guards: sampleGuards, ...sampleNeeds }

/** Whether a reviewed file declares anything. If it is unreadable, the synthesis reports it. */
function declares(file: string): boolean {
  try {
    return Object.keys(JSON.parse(readFileSync(file, 'utf8')) as object).length > 0
  } catch {
    return true
  }
}
