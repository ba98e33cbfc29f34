import type { LocalStack } from '../stack.ts'
import type { Targets } from '../targets.ts'

/** What reaches the running stack from another shell: endpoints, credentials that only look like some, addresses. */
export function environmentOf(stack: LocalStack, { urls }: Targets): Record<string, string> {
  return {
    ...stack.environment,
    CHANGES_QUEUE_URL: stack.changes.url,
    DEAD_LETTER_QUEUE_URL: stack.deadLetters.url,
    LEDGER_TABLE: stack.tables[0] ?? '',
    // Not WACHT_URL: in the environment of the next run that would stand for a real target.
    WACHT_SANDBOX_URL: urls.wacht,
    PROJECT_SANDBOX_URL: urls.project,
  }
}

/** An environment as a block for a shell. */
export const exportBlock = (environment: Readonly<Record<string, string>>): string =>
  Object.entries(environment)
    .map(([name, value]) => `export ${name}='${value}'`)
    .join('\n')
