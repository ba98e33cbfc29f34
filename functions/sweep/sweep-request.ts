import * as v from 'valibot'
import { mostOfAnEvent, problemsOf } from '../core/schema-problems.ts'
import { kinds } from '../targets/index.ts'

/** The event of the sweep function. */
export type SweepRequest =
  /** The schedule: continues a round, or begins one that is due. */
  | { readonly action: 'continue' }
  /** Somebody asks: begins a round now, or reads one scope, such as `wacht/7301954381230018561`. */
  | { readonly action: 'run'; readonly scope?: string }

const rule = `must be ${kinds.map(({ name }) => `${name}/…`).join(' or ')}`

/** The name of a scope, with an id that its target takes. */
const scope = v.pipe(
  v.string(rule),
  v.check(name => {
    const [target, id, ...rest] = name.split('/')
    const kind = kinds.find(each => each.name === target)
    return rest.length === 0 && kind !== undefined && v.is(kind.scope, id)
  }, rule),
)

const schema = v.variant(
  'action',
  [
    v.strictObject({ action: v.literal('continue') }),
    v.strictObject({ action: v.literal('run'), scope: v.optional(scope) }),
  ],
  issue => (issue.path ? 'must be continue or run' : 'must be a JSON object'),
)

/** Parses the event of an invocation. Throws one error that names every problem as `path: rule`. */
export function readSweepRequest(event: unknown): SweepRequest {
  const result = v.safeParse(schema, event)
  if (result.success) return result.output as SweepRequest
  throw new Error(`wrong event: ${problemsOf(result.issues, '(event)', mostOfAnEvent).join('; ')}`)
}
