import bundledGuards from '#guards' with { type: 'json' }
import bundled from '#roles' with { type: 'json' }
import type { Catalogue } from '../../core/event/role-catalogue.ts'
import type { Guards } from '../../core/guard/guards.ts'
import { createOwners } from '../../core/guard/last-owner.ts'
import { shellWord } from '../../core/printable.ts'
import { type Names, namesOf } from '../../core/resource-names.ts'
import { kinds, parseCatalogue, parseGuards } from '../../targets/index.ts'
import type { CliWorld, Environment } from '../io/cli-world.ts'
import { Failure } from '../io/exit-codes.ts'
import { readJson } from '../io/files.ts'

/** The options of every command, as commander gives them. */
export interface GlobalOptions {
  readonly stage?: string
  readonly roles?: string
  readonly json?: boolean
}

/** The stage if none is given. */
export const defaultStage = 'dev'

/** The stage from the options or the environment. */
export const stageOf = (options: GlobalOptions, env: Environment): string =>
  options.stage ?? (env.ROLE_SYNC_STAGE || defaultStage)

/** The resource names of a stage. Throws a Failure if the stage is invalid. */
export function stageNames(stage: string): Names {
  try {
    return namesOf(stage)
  } catch (error) {
    throw new Failure((error as RangeError).message)
  }
}

/** The file of the role catalogue. Undefined if it is the bundled one. */
export const rolesOf = (options: GlobalOptions, env: Environment): string | undefined =>
  options.roles ?? (env.ROLES || undefined)

/** Reads the role catalogue: the given file, else the bundled one. Rejects with a Failure that names every problem. */
export async function readCatalogue(options: GlobalOptions, { env }: CliWorld): Promise<Catalogue> {
  const file = rolesOf(options, env)
  const parsed = parseCatalogue(file === undefined ? bundled : await readJson(file, 'role catalogue'))
  if (parsed.ok) return parsed.value
  const name = file === undefined ? '' : ` ${file}`
  throw new Failure(`wrong role catalogue${name}: ${parsed.problems.join('; ')}`)
}

/** The option of a command that reads the guards. */
export const guardsOption = [
  '--guards <file>',
  'the file of guards; the npm package has no guards of its own',
] as const

/** Reads the guards: the given file, else the bundled one. Rejects with a Failure that names every problem. */
export async function readGuards({ guards: file }: { readonly guards?: string }): Promise<Guards> {
  const parsed = parseGuards(file === undefined ? bundledGuards : await readJson(file, 'guards'))
  if (parsed.ok) return parsed.value
  throw new Failure(`wrong guards: ${parsed.problems.join('; ')}`)
}

/** The rules of `last_owner` of these guards, bound to a catalogue. Throws a Failure that names every problem. */
export function boundOwners({ last_owner: rules = [] }: Guards, catalogue: Catalogue) {
  try {
    return createOwners(rules, kinds, catalogue)
  } catch (error) {
    throw new Failure((error as Error).message)
  }
}

/** The global options as they were given, for a command that the user can copy: ` --stage prod`. */
export const givenOptions = ({ stage, roles }: GlobalOptions): string =>
  [
    ...(stage === undefined ? [] : [` --stage ${shellWord(stage)}`]),
    ...(roles === undefined ? [] : [` --roles ${shellWord(roles)}`]),
  ].join('')

/** The two examples of a command, for its help. */
export const examples = (one: string, other: string): string =>
  `\nExamples:\n  $ role-sync ${one}\n  $ role-sync ${other}`
