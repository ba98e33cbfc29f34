import * as v from 'valibot'
import { type Catalogue, isUnknownRole, type Parsed, scopesOf } from '../core/event/role-catalogue.ts'
import { scopeName } from '../core/people/person-event.ts'
import { table } from '../core/reviewed-table.ts'
import { problemsOf } from '../core/schema-problems.ts'
import type { DeclaredRole, SourceKind } from './source-kind.ts'

/** A source declared in `infra/sources.json`. */
export interface Declared {
  readonly name: string
  readonly kind: SourceKind
  /** The short name of its secret, `role-sync/<stage>/<secret>`. */
  readonly secret: string
  /** The fields of its kind. The type is `never` because only the kind can use it. */
  readonly declaration: never
}

/** The rules for declarations. */
export interface SourcesWorld {
  /** The allowed roles. Not checked if absent. */
  readonly catalogue?: Catalogue
  /** The short names of secrets that are already used. */
  readonly reservedSecrets?: readonly string[]
  /** Whether the stage has no sweep. */
  readonly isSweepOff?: boolean
}

/** A name is part of a path, of a setting's name and of a secret's name. */
const label = v.pipe(
  v.string('must be a string'),
  v.regex(
    /^[a-z][a-z0-9]*(?:-[a-z0-9]+)*$/,
    'must be lower-case letters and digits, in parts with single hyphens between',
  ),
  v.maxLength(40, 'must be at most 40 characters'),
)

/** Parses the declarations of sources of these kinds. */
export function parseSourcesOf(
  kinds: readonly SourceKind[],
  content: unknown,
  { catalogue, reservedSecrets = [], isSweepOff }: SourcesWorld = {},
): Parsed<readonly Declared[]> {
  const result = v.safeParse(schemaOf(kinds), content, { abortPipeEarly: true })
  if (!result.success) return { ok: false, problems: problemsOf(result.issues, '(sources)') }

  const declared = Object.entries(result.output as Record<string, { kind: string; secret: string }>).map(
    ([name, declaration]) => ({
      name,
      kind: kinds.find(kind => kind.name === declaration.kind) as SourceKind,
      secret: declaration.secret,
      declaration: declaration as never,
    }),
  )
  const problems = [
    ...secretProblems(declared, reservedSecrets),
    ...(catalogue ? roleProblems(declared, catalogue) : []),
    ...declared
      .filter(({ kind }) => isSweepOff && kind.hints)
      .map(({ name, kind }) => `${name}.kind: ${kind.name} needs the sweep, which is off; set sweep to on`),
  ]
  return problems.length > 0 ? { ok: false, problems } : { ok: true, value: declared }
}

function schemaOf(kinds: readonly SourceKind[]) {
  const names = kinds.map(kind => kind.name)
  const declarations = kinds.map(({ name, entries }) =>
    v.strictObject({ kind: v.literal(name), secret: label, ...entries }, 'must be an object'),
  )
  return table(
    label,
    v.variant('kind', declarations as never, issue =>
      issue.path?.at(-1)?.key === 'kind' ? `must be one of ${names.join(', ')}` : 'must be an object',
    ),
    'must be an object of sources',
  )
}

/** Each secret belongs to one source: the holder of one key must not be able to sign for another source. */
function secretProblems(declared: readonly Declared[], reserved: readonly string[]): string[] {
  const taken = new Map(reserved.map(secret => [secret, 'role-sync itself']))
  return declared.flatMap(({ name, secret }) => {
    const by = taken.get(secret)
    taken.set(secret, by ?? `source ${name}`)
    return by === undefined
      ? []
      : [`${name}.secret: ${by} uses this secret already; give each source its own`]
  })
}

function roleProblems(declared: readonly Declared[], catalogue: Catalogue): string[] {
  const roles = Object.keys(catalogue)
  return declared.flatMap(({ name, kind, declaration }) =>
    kind.roles(declaration).flatMap(named => {
      const path = [name, ...named.path].join('.')
      if (!roles.includes(named.role)) {
        return [`${path}: the catalogue has no such role; it has: ${roles.join(', ') || 'none'}`]
      }
      const kept = keptScopes(named, catalogue)
      return kept.length > 0
        ? [
            `${path}: the catalogue has no such role in ${kept.join(', ')}, so ${named.after} would stay; add the role there`,
          ]
        : []
    }),
  )
}

/** The scopes in which a role cannot end another one, because the catalogue does not have it there. */
function keptScopes({ role, after }: DeclaredRole, catalogue: Catalogue): string[] {
  const scopes = (of: string) => {
    const found = scopesOf(catalogue, of)
    return isUnknownRole(found) ? [] : found.map(scopeName)
  }
  const reached = scopes(role)
  return scopes(after ?? role).filter(scope => !reached.includes(scope))
}
