/** Resolves the names in the intrinsic functions of a template. */
export interface Scope {
  /** `Ref`: the address of a resource or a pseudo parameter. */
  ref(id: string): string
  /** `Fn::GetAtt`. */
  attribute(id: string, name: string): string
}

/**
 * Resolves the intrinsic functions of a property. Throws on an unknown function, because the deployed stack would then differ from the
 * local one.
 */
export function resolve(value: unknown, scope: Scope): unknown {
  if (Array.isArray(value)) return value.map(item => resolve(item, scope))
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value)
  const [name, argument] = entries[0] ?? []
  if (entries.length === 1 && (name === 'Ref' || name?.startsWith('Fn::'))) return call(name, argument, scope)
  return Object.fromEntries(entries.map(([key, item]) => [key, resolve(item, scope)]))
}

function call(name: string, argument: unknown, scope: Scope): unknown {
  switch (name) {
    case 'Ref':
      return scope.ref(argument as string)
    case 'Fn::GetAtt': {
      const [id, attribute] = typeof argument === 'string' ? argument.split('.') : (argument as string[])
      return scope.attribute(id!, attribute!)
    }
    case 'Fn::Join': {
      const [separator, parts] = argument as [string, unknown[]]
      return parts.map(part => resolve(part, scope)).join(separator)
    }
    case 'Fn::Sub':
      if (typeof argument !== 'string') break
      return argument.replaceAll(/\$\{([^}]+)\}/g, (_, path: string) => {
        const [id, attribute] = path.split('.')
        return attribute ? scope.attribute(id!, attribute) : scope.ref(id!)
      })
  }
  throw new Error(`the local stack does not support ${name}: ${JSON.stringify(argument)}`)
}
