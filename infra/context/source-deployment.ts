import type { Catalogue, Parsed } from '../../functions/core/event/role-catalogue.ts'
import type { Guards } from '../../functions/core/guard/guards.ts'
import { intakeSender } from '../../functions/core/guard/sender.ts'
import { personTarget } from '../../functions/core/people/person-event.ts'
import { secretName } from '../../functions/core/resource-names.ts'
import { type Declared, methodsOf, parseSources, sourcePath } from '../../functions/intake/source-kinds.ts'
import { kinds, parseGuards } from '../../functions/targets/index.ts'
import { type Reviewed, readReviewed } from './reviewed-file.ts'

/** One declared source of a stage. */
export interface SourceDeployment {
  readonly name: string
  readonly secretName: string
  readonly path: string
  readonly methods: readonly ('GET' | 'POST')[]
}

/** The short names of the secrets that no source may use. */
const reservedSecrets = [...kinds.map(({ name }) => name), personTarget]

/** Reads the declared sources and checks their roles against the catalogue, if it could be read. */
export const readSources = (file: Reviewed, catalogue: Catalogue | undefined): Parsed<readonly Declared[]> =>
  readReviewed('sources', file, content =>
    parseSources(content, { reservedSecrets, ...(catalogue && { catalogue }) }),
  )

/** Reads the guards and checks that each source they name is declared, if the sources could be read. */
export const readGuards = (file: Reviewed, declared: readonly Declared[] | undefined): Parsed<Guards> =>
  readReviewed('guards', file, content => {
    const parsed = parseGuards(content)
    if (!parsed.ok || !declared) return parsed
    const known = new Set(declared.map(({ name }) => intakeSender(name)))
    const problems = (parsed.value.protected ?? []).flatMap(({ senders = [] }, index) =>
      senders.flatMap((sender, n) =>
        sender.startsWith(intakeSender('')) && !known.has(sender)
          ? [`protected.${index}.senders.${n}: is not a declared source`]
          : [],
      ),
    )
    return problems.length > 0 ? { ok: false, problems } : parsed
  })

/** The sources of a stage. */
export const sourcesOf = (stage: string, declared: readonly Declared[]): SourceDeployment[] =>
  declared.map(({ name, kind, secret }) => ({
    name,
    secretName: secretName(stage, secret),
    path: sourcePath(name),
    methods: methodsOf(kind),
  }))
