import { resolve } from 'node:path'
import { sha256 } from '../../aws/sha256.ts'
import { parsePlan } from '../../core/dead-letter/plan-file.ts'
import type { Plan, PlanSettings } from '../../core/dead-letter/planned-letters.ts'
import { catalogueHash } from '../../core/event/role-catalogue.ts'
import { settingNames } from '../../targets/index.ts'
import type { CliWorld } from '../io/cli-world.ts'
import { Failure } from '../io/exit-codes.ts'
import { readJson } from '../io/files.ts'
import { note } from '../io/output.ts'
import { type GlobalOptions, readCatalogue, rolesOf, stageOf } from './stage-options.ts'
import { targetUrls } from './target-options.ts'

/** The settings with which a plan is made now. Rejects with a Failure that names every wrong setting. */
export async function planSettings(
  options: GlobalOptions & Readonly<Record<string, unknown>>,
  world: CliWorld,
): Promise<PlanSettings> {
  const { env } = world
  const roles = rolesOf(options, env)
  return {
    stage: stageOf(options, env),
    ...(roles !== undefined && { roles: resolve(roles) }),
    catalogueHash: catalogueHash(await readCatalogue(options, world), sha256),
    urls: targetUrls(options, env),
  }
}

/**
 * The stage and the role catalogue with which a plan is applied: those with which it was made. Rejects with a Failure if others
 * are given. Another address of a target is only noted: the deployed function has its own.
 */
export async function optionsOfPlan(
  { madeWith }: Plan,
  { stage, roles }: GlobalOptions,
  world: CliWorld,
): Promise<GlobalOptions> {
  if (!madeWith) return {}
  const { env } = world
  const wanted = stage ?? env.ROLE_SYNC_STAGE
  if (wanted && wanted !== madeWith.stage)
    throw new Failure(
      `the plan is for stage ${madeWith.stage}, but ${wanted} is given (--stage or ROLE_SYNC_STAGE)`,
    )

  const options = { stage: madeWith.stage, ...withRoles(roles ?? madeWith.roles) }
  const hash = catalogueHash(await readCatalogue(options, world), sha256)
  if (hash !== madeWith.catalogueHash) {
    const [made, now] = [madeWith.roles ?? bundled, rolesOf(options, env) ?? bundled]
    throw new Failure(
      made === now
        ? `${made} changed after the plan was made: plan again`
        : `the plan was made with ${made}, but this command uses ${now}: give the same roles, or plan again`,
    )
  }
  const here = targetUrls({}, env)
  for (const [target, url] of Object.entries(madeWith.urls)) {
    const variable = settingNames(target).url
    if (env[variable] && here[target] !== url) await note(world, otherUrl(url, variable, here[target]))
  }
  return options
}

const bundled = 'the bundled role catalogue'

const otherUrl = (url: string, variable: string, here: string | undefined): string =>
  `The plan shows requests to ${url}, but ${variable} is ${here}. The deployed function uses its own address.`

const withRoles = (roles: string | undefined) => (roles === undefined ? {} : { roles })

/** Reads the file of a plan. Rejects with a Failure that names every problem. */
export async function readPlan(file: string): Promise<Plan> {
  const parsed = parsePlan(await readJson(file, 'plan'), sha256)
  if (parsed.ok) return parsed.value
  throw new Failure(`wrong plan ${file}: ${parsed.problems.join('; ')}`)
}
