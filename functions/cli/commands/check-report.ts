import type { TargetRequest } from '../../targets/target.ts'
import { type EventLine, isRefused, type RefusedLine } from '../io/event-lines.ts'
import { placeOf, placeWords } from '../io/event-texts.ts'
import type { Planned } from './dry-run.ts'

/** A checked line: the request for its event, the scopes for its person, or why it is refused. */
export type Checked = (EventLine & (Planned | PersonScopes)) | RefusedLine

/** The scopes in which the person of an event is searched. */
interface PersonScopes {
  readonly scopes: readonly string[]
}

/** A checked line for `--json`. */
export const recordOf = (checked: Checked) => ({
  ...placeOf(checked),
  ...checked.named,
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
  if ('scopes' in checked) return [`${head} → the person's members in ${checked.scopes.join(', ')}`]
  return [`${head} → ${checked.named.member}`, ...requestRows(checked).map(row => `  ${row}`)]
}

/** The requests of a dry run as rows of text. */
export const requestRows = ({ request, readsFirst }: Planned): string[] => [
  ...(readsFirst
    ? [`reads first: ${requestLine(readsFirst)}`, 'then writes only if the state differs:']
    : []),
  requestLine(request),
  JSON.stringify(request.body),
]

const requestLine = ({ method, url }: TargetRequest): string => `${method} ${url}`
