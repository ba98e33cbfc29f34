import * as v from 'valibot'
import { type Catalogue, isUnknownRole, type Parsed, scopesOf } from '../core/event/role-catalogue.ts'
import { scopeName } from '../core/people/person-event.ts'
import { table } from '../core/reviewed-table.ts'
import { problemsOf } from '../core/schema-problems.ts'
import type { NamedRole, SourceKind } from './source-kind.ts'

/** A source that is declared in `infra/sources.json`. */
export interface Declared {
  readonly name: string
  readonly kind: SourceKind
  /** The short name of its secret, which is `role-sync/<stage>/<secret>`. */
  readonly secret: string
  /** What its kind wants to know; `never` because only the kind can read it. */
  readonly declaration: never
}

/** What a declaration must agree with. */
export interface SourcesWorld {
  /** The roles that it may name; not looked at unless given. */
  readonly catalogue?: Catalogue
  /** The short names of secrets that belong to others. */
  readonly reservedSecrets?: readonly string[]
}

/** A name stands in a path, in the name of a setting and, as that of a secret, in the name of a resource. */
const label = v.pipe(
  v.string('must be a string'),
  v.regex(
    /^[a-z][a-z0-9]*(?:-[a-z0-9]+)*$/,
    'must be lower-case letters and digits, in parts with single hyphens between',
  ),
  v.maxLength(40, 'must be at most 40 characters'),
)

/** Reads the declarations of sources of these kinds. */
export function parseSourcesOf(
  kinds: readonly SourceKind[],
  content: unknown,
  { catalogue, reservedSecrets = [] }: SourcesWorld = {},
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

/** A secret belongs to one source: whoever holds the key of one must not be able to speak for another. */
function secretProblems(declared: readonly Declared[], reserved: readonly string[]): string[] {
  const taken = new Map(reserved.map(secret => [secret, 'by role-sync itself']))
  return declared.flatMap(({ name, secret }) => {
    const by = taken.get(secret)
    taken.set(secret, by ?? `by ${name}`)
    return by === undefined ? [] : [`${name}.secret: is taken ${by}`]
  })
}

function roleProblems(declared: readonly Declared[], catalogue: Catalogue): string[] {
  const roles = Object.keys(catalogue)
  return declared.flatMap(({ name, kind, declaration }) =>
    kind.roles(declaration).flatMap(named => {
      const path = [name, ...named.path].join('.')
      if (!roles.includes(named.role)) {
        return [`${path}: no role of this name in the catalogue; there are ${roles.join(', ') || 'none'}`]
      }
      const kept = keptScopes(named, catalogue)
      return kept.length > 0
        ? [`${path}: means nothing in ${kept.join(', ')}, where ${named.after} stays`]
        : []
    }),
  )
}

/** Where a role that ought to end another leaves it as it is: no event reaches a scope in which its role means nothing. */
function keptScopes({ role, after }: NamedRole, catalogue: Catalogue): string[] {
  const scopes = (of: string) => {
    const found = scopesOf(catalogue, of)
    return isUnknownRole(found) ? [] : found.map(scopeName)
  }
  const reached = scopes(role)
  return scopes(after ?? role).filter(scope => !reached.includes(scope))
}
