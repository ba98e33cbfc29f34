import { type Catalogue, type Parsed, parseCatalogueOf } from '../core/event/role-catalogue.ts'
import { project } from './project/project-target.ts'
import type { TargetKind } from './target.ts'
import { wacht } from './wacht/wacht-target.ts'

/** The one list of targets. */
export const kinds: readonly TargetKind[] = [wacht, project] as readonly unknown[] as readonly TargetKind[]

/** Reads the content of a role catalogue; each problem names its path and the rule. */
export const parseCatalogue = (content: unknown): Parsed<Catalogue> => parseCatalogueOf(kinds, content)

/** The names of a target's settings in the environment: its base URL and the ARN of its secret. */
export const settingNames = (name: string) => ({
  url: `${name.toUpperCase()}_URL`,
  secret: `${name.toUpperCase()}_SECRET_ARN`,
})
