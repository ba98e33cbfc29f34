import { Duration, Validations } from 'aws-cdk-lib'
import { Rule, RuleTargetInput, Schedule } from 'aws-cdk-lib/aws-events'
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets'
import type { IFunction } from 'aws-cdk-lib/aws-lambda'
import type { Construct } from 'constructs'

/** Drains the dead-letter queue at a rate; what the function is told is in `functions/replay/replay-request.ts`. */
export function addDrainSchedule(scope: Construct, replay: IFunction, everyMinutes: number): Rule {
  const rule = new Rule(scope, 'DrainSchedule', {
    description: 'Drains the dead-letter queue of role-sync',
    schedule: Schedule.rate(Duration.minutes(everyMinutes)),
    targets: [new LambdaFunction(replay, { event: RuleTargetInput.fromObject({ action: 'drain' }) })],
  })
  Validations.of(rule).acknowledge({
    id: 'Serverless-EventBusDLQ',
    reason:
      'A drain that was not delivered is made up for by the next one; an alarm tells when its metric stops coming.',
  })
  return rule
}
