import type { Catalogue, Parsed } from '../../functions/core/event/role-catalogue.ts'
import { burstProblems, isAnyShared } from '../../functions/core/guard/burst.ts'
import { type Guards, isAnyGuarded } from '../../functions/core/guard/guards.ts'
import { ownerProblems } from '../../functions/core/guard/last-owner.ts'
import { reassertedScopes, scopeProblems } from '../../functions/core/guard/scope-rules.ts'
import { intakeSender } from '../../functions/core/guard/sender.ts'
import { personTarget } from '../../functions/core/people/person-event.ts'
import { secretName } from '../../functions/core/resource-names.ts'
import { type Declared, methodsOf, parseSources, sourcePath } from '../../functions/intake/source-kinds.ts'
import { kinds, parseGuards } from '../../functions/targets/index.ts'
import { type Reviewed, readReviewed } from './reviewed-file.ts'
import { unlistedStates } from './target-deployment.ts'

/** One declared source of a stage. */
export interface SourceDeployment {
  readonly name: string
  readonly secretName: string
  readonly path: string
  readonly methods: readonly ('GET' | 'POST')[]
  /** Whether its deliveries are hints for the sweep. */
  readonly hints: boolean
}

/** The short names of the secrets that no source may use. */
const reservedSecrets = [...kinds.map(({ name }) => name), personTarget, 'reassert']

/** Reads the declared sources and checks their roles against the catalogue, if it could be read, and whether the sweep takes their hints. */
export const readSources = (
  file: Reviewed,
  catalogue: Catalogue | undefined,
  isSweepOff: boolean,
): Parsed<readonly Declared[]> =>
  readReviewed('sources', file, content =>
    parseSources(content, { reservedSecrets, isSweepOff, ...(catalogue && { catalogue }) }),
  )

/**
 * Reads the guards and checks them against the declared sources and the catalogue, if these could be read, and against the other settings of the
 * stage.
 */
export const readGuards = (
  file: Reviewed,
  declared: readonly Declared[] | undefined,
  catalogue: Catalogue | undefined,
  values: Readonly<Record<string, unknown>>,
): Parsed<Guards> =>
  readReviewed('guards', file, content => {
    const parsed = parseGuards(content)
    if (!parsed.ok) return parsed
    const { burst = [], last_owner: owners = [], scopes = [] } = parsed.value
    const unlisted = (target: string) => unlistedStates(target, values)
    const lacks = values.reassert !== 'on' ? 'reassert=on' : values.sweep === 'off' ? 'sweep=on' : undefined
    const problems = [
      ...(declared ? undeclared(declared, parsed.value) : []),
      ...(catalogue ? burstProblems(burst, catalogue) : []),
      ...(catalogue ? ownerProblems(owners, kinds, catalogue, unlisted) : []),
      ...(catalogue ? scopeProblems(scopes, catalogue, lacks, unlisted) : []),
    ]
    return problems.length > 0 ? { ok: false, problems } : parsed
  })

/** What a stage needs for its guards. */
export const guardNeeds = (guards: Parsed<Guards> | undefined, approvalsNeeded: number) => ({
  approvalsNeeded: guards?.ok && isAnyGuarded(guards.value) ? approvalsNeeded : undefined,
  knowsMembers: guards?.ok === true && isAnyShared(guards.value.burst),
  reassertsByItself: guards?.ok === true && reassertedScopes(guards.value.scopes).length > 0,
})

/** The senders of guards that are sources and not declared. */
function undeclared(declared: readonly Declared[], guards: Guards): string[] {
  const { protected: members = [], burst: bursts = [], shadow = [] } = guards
  const known = new Set(declared.map(({ name }) => intakeSender(name)))
  const isUnknown = (sender = '') => sender.startsWith(intakeSender('')) && !known.has(sender)
  const named = [
    ...members.flatMap(({ senders = [] }, index) =>
      senders.map((sender, n) => ({ sender, path: `protected.${index}.senders.${n}` })),
    ),
    ...bursts.map(({ sender }, index) => ({ sender, path: `burst.${index}.sender` })),
    ...shadow.map(({ sender }, index) => ({ sender, path: `shadow.${index}.sender` })),
  ]
  return named.flatMap(({ sender, path }) => (isUnknown(sender) ? [`${path}: is not a declared source`] : []))
}

/** The sources of a stage. */
export const sourcesOf = (stage: string, declared: readonly Declared[]): SourceDeployment[] =>
  declared.map(({ name, kind, secret }) => ({
    name,
    secretName: secretName(stage, secret),
    path: sourcePath(name),
    methods: methodsOf(kind),
    hints: kind.hints === true,
  }))
