import type * as v from 'valibot'
import { type Catalogue, type Parsed, parseCatalogueOf } from '../core/event/role-catalogue.ts'
import { project } from './project/project-target.ts'
import type { TargetKind } from './target.ts'
import { wacht } from './wacht/wacht-target.ts'

/** The one list of targets. */
export const kinds: readonly TargetKind[] = [wacht, project] as readonly unknown[] as readonly TargetKind[]

/** Reads the content of a role catalogue; each problem names its path and the rule. */
export const parseCatalogue = (content: unknown): Parsed<Catalogue> => parseCatalogueOf(kinds, content)

/** The catalogue that a function brings along; throws one error that names every problem of a wrong one. */
export function readCatalogue(content: unknown): Catalogue {
  const roles = parseCatalogue(content)
  if (roles.ok) return roles.value
  throw new Error(`wrong role catalogue: ${roles.problems.join('; ')}`)
}

/** The environment names of a target's base URL, of its secret's ARN, and of its token on a person's machine. */
export const settingNames = (name: string) => ({
  url: `${name.toUpperCase()}_URL`,
  secret: `${name.toUpperCase()}_SECRET_ARN`,
  token: `${name.toUpperCase()}_TOKEN`,
})

/** The schemas of a target's own settings, by their names in the environment. */
export const optionSchemas = (kind: TargetKind): Readonly<Record<string, v.GenericSchema<unknown, string>>> =>
  kind.options.entries
