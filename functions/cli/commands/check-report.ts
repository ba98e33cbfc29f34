import type { TargetRequest } from '../../targets/target.ts'
import { type EventLine, isRefused, type RefusedLine } from '../io/event-lines.ts'
import type { Planned } from './dry-run.ts'

/** A line that was checked: what would be sent for it, or why nothing would be. */
export type Checked = (EventLine & (Planned | PersonScopes)) | RefusedLine

/** The scopes in which the person of an event would be looked for. */
interface PersonScopes {
  readonly scopes: readonly string[]
}

/** A checked line as `--json` shows it. */
export const recordOf = (checked: Checked) => ({
  line: checked.line,
  ...checked.named,
  ...(isRefused(checked)
    ? { reason: checked.reason, detail: checked.detail }
    : 'scopes' in checked
      ? { scopes: checked.scopes }
      : { request: checked.request, ...(checked.readsFirst && { readsFirst: checked.readsFirst }) }),
})

/** A checked line in words, as several rows. */
export function rowsOf(checked: Checked): string[] {
  const head = `line ${checked.line}: ${checked.named.event ?? '(no id)'}`
  if (isRefused(checked)) return [`${head} would be refused`, `  ${checked.reason}: ${checked.detail}`]
  if ('scopes' in checked) return [`${head} → the person's members in ${checked.scopes.join(', ')}`]
  return [`${head} → ${checked.named.member}`, ...requestRows(checked).map(row => `  ${row}`)]
}

/** The requests of a rehearsal in words. */
export const requestRows = ({ request, readsFirst }: Planned): string[] => [
  ...(readsFirst
    ? [`reads first: ${requestLine(readsFirst)}`, 'and writes only if that shows another state:']
    : []),
  requestLine(request),
  JSON.stringify(request.body),
]

const requestLine = ({ method, url }: TargetRequest): string => `${method} ${url}`
