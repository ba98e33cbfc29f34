import { resolve, type Scope } from './intrinsic-functions.ts'
import { type Properties, resourcesOf, type Template } from './template-resources.ts'

/** A function that is invoked at a rate. */
export interface ScheduleDescription {
  readonly functionArn: string
  readonly everyMs: number
  /** The event of each invocation. */
  readonly event: unknown
}

const unitMs: Readonly<Record<string, number>> = { minute: 60_000, hour: 3_600_000, day: 86_400_000 }

/** The schedules of a template's rules. Throws if a schedule is not a rate. */
export function schedulesOf(template: Template, scope: Scope): ScheduleDescription[] {
  return resourcesOf(template, 'AWS::Events::Rule')
    .map(({ properties }) => resolve(properties, scope) as Properties)
    .filter(rule => rule.State !== 'DISABLED' && rule.ScheduleExpression !== undefined)
    .flatMap(rule => {
      const everyMs = rateOf(String(rule.ScheduleExpression))
      return (rule.Targets as { Arn: string; Input?: string }[]).map(({ Arn, Input = '{}' }) => ({
        ...{ functionArn: Arn, everyMs, event: JSON.parse(Input) as unknown },
      }))
    })
}

function rateOf(expression: string): number {
  const [, count, unit = ''] = /^rate\((\d+) (minute|hour|day)s?\)$/.exec(expression) ?? []
  const ms = unitMs[unit]
  if (ms === undefined) throw new Error(`the local stack does not support the schedule ${expression}`)
  return Number(count) * ms
}
