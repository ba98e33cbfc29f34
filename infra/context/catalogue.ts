import type { Catalogue, Parsed } from '../../functions/core/event/role-catalogue.ts'
import { parseCatalogue } from '../../functions/targets/index.ts'
import { readReviewed } from './reviewed-file.ts'

/** Reads a role catalogue file. A wrong id fails the deployment, not the first change that needs it. */
export const readCatalogue = (file: string): Parsed<Catalogue> => readReviewed('roles', file, parseCatalogue)
