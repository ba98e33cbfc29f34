import * as v from 'valibot'

/** How many problems of an event its letter names. A hostile event could have thousands. */
export const mostOfAnEvent = 5

/** Each problem as `path: rule`, at most `most` of them. Never includes the value, which may be personal data. */
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

/** A whole number within two bounds, both included. */
export const whole = (from: number, to: number) => {
  const rule = `must be a whole number from ${from} to ${to}`
  return v.pipe(v.number(rule), v.integer(rule), v.minValue(from, rule), v.maxValue(to, rule))
}
