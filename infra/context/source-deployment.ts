import type { Catalogue, Parsed } from '../../functions/core/event/role-catalogue.ts'
import { personTarget } from '../../functions/core/people/person-event.ts'
import { secretName } from '../../functions/core/resource-names.ts'
import { type Declared, methodsOf, parseSources, sourcePath } from '../../functions/intake/source-kinds.ts'
import { kinds } from '../../functions/targets/index.ts'
import { type Reviewed, readReviewed } from './reviewed-file.ts'

/** One source as a stage lets it in. */
export interface SourceDeployment {
  readonly name: string
  readonly secretName: string
  readonly path: string
  readonly methods: readonly ('GET' | 'POST')[]
}

/** The short names of secrets that are not those of sources. */
const reservedSecrets = [...kinds.map(({ name }) => name), personTarget]

/** Reads the declared sources, whose tables must agree with the catalogue. */
export const readSources = (file: Reviewed, catalogue: Catalogue | undefined): Parsed<readonly Declared[]> =>
  readReviewed('sources', file, content =>
    parseSources(content, { reservedSecrets, ...(catalogue && { catalogue }) }),
  )

/** The sources of a stage. */
export const sourcesOf = (stage: string, declared: readonly Declared[]): SourceDeployment[] =>
  declared.map(({ name, kind, secret }) => ({
    name,
    secretName: secretName(stage, secret),
    path: sourcePath(name),
    methods: methodsOf(kind),
  }))
