import { guardNames, type LetterReason } from '../../core/dead-letter/reason.ts'
import { shellWord } from '../../core/printable.ts'
import type { HoldCommands, Mend } from './page-source.ts'

/** What each reason means and what to do first (functions/cli/README.md). `edit`: the event itself is wrong. */
const ways: Readonly<Record<LetterReason, { readonly means: string; readonly edit?: true }>> = {
  invalid_event: { means: 'The message breaks the event contract. Correct it, then replay it.', edit: true },
  unknown_role: {
    means: 'The catalogue lacks this role there. Correct the event, or add the role and deploy; then replay.',
    edit: true,
  },
  time_in_future: { means: 'The time of the event is still to come. Replay it then.' },
  expired: {
    means:
      'A re-assertion was not written within its time. Plan the drift of its scope again, then drop the letter.',
  },
  rejected: { means: 'The target refuses the request. Correct the role id in the catalogue, then replay.' },
  forbidden: { means: 'The token may not do this. Give it the permission, then replay.' },
  not_found: { means: 'The target does not know the member. Replay when the member is there.' },
  no_effect: {
    means: 'The target took the write, but does not show the role. Look there first, then replay.',
  },
  redirected: { means: 'The target redirects. Correct its address, deploy, then replay.' },
  gave_up: { means: 'All tries failed until the time was up. Replay when the target is healthy.' },
  person_not_found: {
    means: 'No member has this address. Correct the address or add the person; then replay.',
    edit: true,
  },
  person_ambiguous: { means: 'Several members have this address. Remove the wrong one, then replay.' },
  held: {
    means: 'A guard holds this change until a person approves it. See what it would do, then approve it.',
  },
  crashed: { means: 'Every try ended without an outcome. Correct the function first, then replay.' },
}

function replay(reason: LetterReason, filter: string, options: string): string[] {
  if (reason === 'expired') return [`npx role-sync dead list ${filter}${options}`]
  const apply =
    reason === 'held'
      ? `npx role-sync hold approve plan.json --why 'WHY'${options}`
      : `npx role-sync replay apply plan.json${options}`
  return [`npx role-sync replay plan ${filter} --out plan.json${options}`, apply]
}

/** The mend of all letters with a reason. `options` ends each command, such as ` --stage prod`. */
export const mendOfAll = (reason: LetterReason, options = ''): Mend => ({
  means: ways[reason].means,
  commands: replay(reason, `--reason ${reason}`, options),
})

/** The mend of one letter. The command names the event where a shell can take its id, and else the reason. */
export function mendOfOne(reason: LetterReason, messageId: string, event: string | null, options = ''): Mend {
  const { means, edit } = ways[reason]
  const filter = event === null || !isTypable(event) ? `--reason ${reason}` : `--event=${shellWord(event)}`
  const first = edit ? [`npx role-sync dead edit ${messageId}${options}`] : []
  return { means, commands: [...first, ...replay(reason, filter, options)] }
}

/** Whether a shell can take a text as a word that a person sees. */
const isTypable = (text: string): boolean => !/[\p{C}\p{Zl}\p{Zp}]/u.test(text)

/** The filter that plans what a guard holds of a sender; of every sender if none is known. */
export function heldFilter(guard: string, sender = ''): string {
  if (!guardNames.some(name => name === guard)) return '--reason held'
  return `--guard ${guard}${sender !== '' && isTypable(sender) ? ` --sender ${shellWord(sender)}` : ''}`
}

/** The commands that release what a guard holds of a sender, and the one that rejects the same plan. `options` ends each. */
export const holdCommands = (guard: string, sender: string, options = ''): HoldCommands => ({
  release: [`npx role-sync hold list${options}`, ...replay('held', heldFilter(guard, sender), options)],
  reject: [`npx role-sync hold reject plan.json --why 'WHY'${options}`],
})
