import type { OwnerRule } from '../../core/guard/last-owner.ts'
import type { TargetRequest } from '../../targets/target.ts'
import { type EventLine, isRefused, type RefusedLine } from '../io/event-lines.ts'
import { placeOf, placeWords } from '../io/event-texts.ts'
import type { Planned } from './dry-run.ts'

/** A checked line: the request for its event, the scopes for its person, or why it is refused. */
export type Checked = (EventLine & Counted & (Planned | PersonScopes)) | RefusedLine

/** The rules of `last_owner` that the change may break. */
interface Counted {
  readonly owners: readonly OwnerRule[]
}

/** The scopes in which the person of an event is searched. */
interface PersonScopes {
  readonly scopes: readonly string[]
}

/** A checked line for `--json`. */
export const recordOf = (checked: Checked) => ({
  ...placeOf(checked),
  ...checked.named,
  ...('owners' in checked && checked.owners.length > 0 && { last_owner: checked.owners.map(ruleOf) }),
  ...(isRefused(checked)
    ? { reason: checked.reason, detail: checked.detail }
    : 'scopes' in checked
      ? { scopes: checked.scopes }
      : { request: checked.request, ...(checked.readsFirst && { readsFirst: checked.readsFirst }) }),
})

/** A checked line as rows of text. */
export function rowsOf(checked: Checked): string[] {
  const head = `${placeWords(checked)}: ${checked.named.event ?? '(no id)'}`
  if (isRefused(checked)) return [`${head} would be refused`, `  ${checked.reason}: ${checked.detail}`]
  const counted = checked.owners.map(ownerRow)
  if ('scopes' in checked)
    return [`${head} → the person's members in ${checked.scopes.join(', ')}`, ...counted]
  return [`${head} → ${checked.named.member}`, ...requestRows(checked).map(row => `  ${row}`), ...counted]
}

const ruleOf = ({ scope, role, keep, mode }: OwnerRule) => ({ scope, role, keep, ...(mode && { mode }) })

const ownerRow = ({ scope, role, keep, mode }: OwnerRule): string =>
  `  last_owner of ${scope} (role ${role}, keep ${keep}${mode === 'shadow' ? ', shadow mode' : ''}): counted at the target when the change takes effect`

/** The requests of a dry run as rows of text. */
export const requestRows = ({ request, readsFirst }: Planned): string[] => [
  ...(readsFirst
    ? [`reads first: ${requestLine(readsFirst)}`, 'then writes only if the state differs:']
    : []),
  requestLine(request),
  JSON.stringify(request.body),
]

const requestLine = ({ method, url }: TargetRequest): string => `${method} ${url}`
