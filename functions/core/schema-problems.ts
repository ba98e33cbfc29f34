import type * as v from 'valibot'

/** The most problems of an event that its letter names; a hostile one could have thousands. */
export const mostOfAnEvent = 5

/** Each problem, at the most so many of them, as `path: rule`, never with the value itself, which may be personal. */
export function problemsOf(
  issues: readonly v.BaseIssue<unknown>[],
  whole: string,
  most = Number.POSITIVE_INFINITY,
): string[] {
  const problems = [...new Set(issues.map(issue => `${pathOf(issue) || whole}: ${ruleOf(issue)}`))]
  return problems.length > most
    ? [...problems.slice(0, most), `and ${problems.length - most} more`]
    : problems
}

const pathOf = (issue: v.BaseIssue<unknown>): string =>
  issue.path?.map(item => String(item.key).slice(0, 64)).join('.') ?? ''

function ruleOf(issue: v.BaseIssue<unknown>): string {
  if (issue.expected === 'never') return 'is not a known field'
  if (issue.received === 'undefined') return 'is missing'
  return issue.message
}
