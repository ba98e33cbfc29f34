import type { Outcome } from '../outcomes/message-outcome.ts'

/** What somebody changes at the project API, past role-sync. */
export interface SampleEdit {
  /** The events that end before it: the one that it undoes, and those that read the list of the project. */
  readonly events: ReadonlySet<string>
  readonly member: string
  readonly projectId: string
  readonly memberId: string
  readonly groupIds: readonly string[]
}

/** What was found of the edit, and for how many members a re-assertion was sent. */
export interface PutRight {
  readonly drift: number
  readonly sent: number
}

/**
 * Edits the member as somebody in the console of the project does, lets the sweep read the scope, then lets the reassert function look, as its
 * schedule does. `env` is the environment of the command line. Rejects if one of them fails.
 */
export async function putRight(
  { member, projectId, memberId, groupIds }: SampleEdit,
  env: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<PutRight> {
  const ask = async (url: string, method: string, body: object, token = '') => {
    const headers = { 'content-type': 'application/json', authorization: `Bearer ${token}` }
    const answer = await fetch(url, { method, headers, body: JSON.stringify(body), signal })
    const read = (await answer.json()) as Record<string, unknown>
    if (answer.ok && !('errorMessage' in read)) return read
    throw new Error(String(read.errorMessage ?? read.message ?? answer.status))
  }
  const invoke = (name: string, event: object) =>
    ask(
      `${env.AWS_ENDPOINT_URL_LAMBDA}/2015-03-31/functions/role-sync-${env.ROLE_SYNC_STAGE}-${name}/invocations`,
      'POST',
      event,
    )
  const edited = `${env.PROJECT_URL}/api/projects/${projectId}/members/${memberId}`
  await ask(edited, 'PUT', { groupIds, owner: false }, env.PROJECT_TOKEN)
  const { drift } = await invoke('sweep', { action: 'run', scope: member.split('/', 2).join('/') })
  const { sent } = await invoke('reassert', { action: 'reassert' })
  return { drift: Number(drift), sent: Number(sent) }
}

/** What became of the edit, as lines. None if the sweep found nothing. */
export function editStory(
  { member, events: [event] }: Pick<SampleEdit, 'member'> & { readonly events: Iterable<string> },
  outcomes: readonly Outcome[],
  done: PutRight | undefined,
): string[] {
  if (!done?.drift) return []
  const isRight = outcomes.some(each => each.outcome === 'reasserted' && each.member === member)
  return [
    `Somebody put the member of ${event} back into a group, at the target itself.`,
    'The sweep found that the target does not show what is applied.',
    isRight
      ? 'The scope has such drift written again by itself, so it was put right.'
      : 'It was not put right. `npx role-sync drift plan` shows it.',
  ]
}
