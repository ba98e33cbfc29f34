import { sourcesPath } from '../../../functions/intake/source-kinds.ts'
import type { LocalStack } from '../stack/local-stack.ts'

/**
 * The variables that reach the running stack from another shell: endpoints, placeholder credentials, addresses, and those of the
 * targets.
 */
export function environmentOf(
  stack: LocalStack,
  targets: Readonly<Record<string, string>>,
  sourceTokens: ReadonlyMap<string, string>,
  pageUrl?: string,
): Record<string, string> {
  return {
    ...stack.environment,
    // With it `role-sync` finds the queues and the ledger of this run.
    ROLE_SYNC_STAGE: stageOf(stack.changes.name),
    ...(pageUrl !== undefined && { ROLE_SYNC_PAGE: pageUrl }),
    CHANGES_QUEUE_URL: stack.changes.url,
    DEAD_LETTER_QUEUE_URL: stack.deadLetters.url,
    LEDGER_TABLE: stack.tables[0] ?? '',
    ...(stack.apiUrl !== undefined && { INTAKE_URL: stack.apiUrl + sourcesPath }),
    ...Object.fromEntries([...sourceTokens].map(([source, token]) => [tokenName(source), token])),
    ...targets,
  }
}

/** `HR_SOURCE_TOKEN` is the token of the source `hr`. */
const tokenName = (source: string): string => `${source.toUpperCase().replaceAll('-', '_')}_SOURCE_TOKEN`

/** The stage in a queue's name: the context may name another one than `local`. */
const stageOf = (changesQueue: string): string =>
  /^role-sync-(.+)-changes$/.exec(changesQueue)?.[1] ?? 'local'

/** Version 1 of the AWS CLI ignores `AWS_ENDPOINT_URL_SQS`, so the address is in the command too. */
const awsExample = `# The AWS CLI, version 1 and 2:
# aws sqs send-message --endpoint-url "$AWS_ENDPOINT_URL_SQS" --queue-url "$CHANGES_QUEUE_URL" --message-body file://event.json`

/** An environment as a block for a shell. It ends with an example for the AWS CLI, as a comment. */
export const exportBlock = (environment: Readonly<Record<string, string>>): string =>
  [
    ...Object.entries(environment).map(
      ([name, value]) => `export ${name}='${value.replaceAll("'", `'\\''`)}'`,
    ),
    awsExample,
  ].join('\n')
