import { Failure } from '../../exit.ts'

/** One `--set path=value` or, without a value, one `--unset path`. */
export interface Assignment {
  readonly path: readonly string[]
  readonly value?: string
}

/** Reads `data.roleId=42`; a Failure where it is no assignment. */
export function parseSet(text: string): Assignment {
  const at = text.indexOf('=')
  if (at < 1) throw new Failure(`--set ${text}: must be path=value, for instance data.role=engineer`)
  return { ...parseUnset(text.slice(0, at)), value: text.slice(at + 1) }
}

/** Reads `data.role`; a Failure where it is no path. */
export function parseUnset(text: string): Assignment {
  const path = text.split('.')
  if (path.includes('')) throw new Failure(`${text}: must be the path of a field, for instance data.role`)
  return { path }
}
