import type * as v from 'valibot'
import { type Catalogue, type Parsed, parseCatalogueOf } from '../core/event/role-catalogue.ts'
import { type Guards, parseGuardsOf } from '../core/guard/guards.ts'
import { project } from './project/project-target.ts'
import type { TargetKind } from './target.ts'
import { wacht } from './wacht/wacht-target.ts'

/** The one list of targets. */
const list = [wacht, project] as const

/** A target of the list, with its own types. */
export type ListedKind = (typeof list)[number]

/** The name of a target. */
export type TargetName = ListedKind['name']

/** The targets of the list, all of one type. */
export const kinds = list as readonly unknown[] as readonly TargetKind<never, unknown, TargetName>[]

/** Parses the content of a role catalogue. Each problem names its path and the rule. */
export const parseCatalogue = (content: unknown): Parsed<Catalogue> => parseCatalogueOf(kinds, content)

/** Parses the bundled catalogue. Throws one error that names every problem. */
export function readCatalogue(content: unknown): Catalogue {
  const roles = parseCatalogue(content)
  if (roles.ok) return roles.value
  throw new Error(`wrong role catalogue: ${roles.problems.join('; ')}`)
}

/** Parses the content of a guards file. Each problem names its path and the rule. */
export const parseGuards = (content: unknown): Parsed<Guards> => parseGuardsOf(kinds, content)

/** The environment names of a target's base URL, its secret's ARN, and its token for the command line. */
export const settingNames = (name: string) => ({
  url: `${name.toUpperCase()}_URL`,
  secret: `${name.toUpperCase()}_SECRET_ARN`,
  token: `${name.toUpperCase()}_TOKEN`,
})

/** The schemas of a target's own settings, by environment name. */
export const optionSchemas = (kind: TargetKind): Readonly<Record<string, v.GenericSchema<unknown, string>>> =>
  kind.options.entries
