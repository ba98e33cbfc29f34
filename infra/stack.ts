import { Annotations, type App, Stack } from 'aws-cdk-lib'
import { tellTopic } from './constructs/alarm.ts'
import { addAlarms } from './constructs/alarms.ts'
import { addDashboard } from './constructs/dashboard.ts'
import { addDrainSchedule } from './constructs/drain-schedule.ts'
import { environmentOf, replayEnvironmentOf } from './constructs/environment.ts'
import { addEventSource } from './constructs/event-source.ts'
import { grantReplay, grantSync } from './constructs/grants.ts'
import { addIntake } from './constructs/intake.ts'
import { addIntakeAlarms } from './constructs/intake-alarms.ts'
import { addLedger } from './constructs/ledger.ts'
import { addLetterAlarms } from './constructs/letter-alarms.ts'
import { addIntakeOutputs, addOutputs } from './constructs/outputs.ts'
import { addQueues } from './constructs/queues.ts'
import { addReplayFunction } from './constructs/replay-function.ts'
import { addPersonSecret, addSecret } from './constructs/secrets.ts'
import { addSyncFunction } from './constructs/sync-function.ts'
import type { Deployment } from './context/read.ts'

/** One stage of role-sync. Stages share nothing, so several can live in one account. */
export function addStack(app: App, deployment: Deployment): Stack {
  const { stage, names, timings } = deployment
  const stack = new Stack(app, `role-sync-${stage}`, { description: `role-sync, stage ${stage}` })

  const queues = addQueues(stack, deployment)
  const ledger = addLedger(stack, names.ledgerTable)
  const targets = deployment.targets.map(target => ({ ...target, secret: addSecret(stack, target) }))
  const personSecret = addPersonSecret(stack, names.personSecret)
  const environment = environmentOf(queues, ledger, targets, personSecret, timings)
  const sync = addSyncFunction(stack, deployment, environment)

  grantSync(sync, queues, ledger, [...targets.map(target => target.secret), personSecret])
  addEventSource(stack, queues.changes, sync, timings.maxConcurrency)

  const replay = addReplayFunction(stack, deployment, replayEnvironmentOf(queues, ledger, timings))
  grantReplay(replay, queues, ledger)
  if (deployment.drains) addDrainSchedule(stack, replay, timings.drainEveryMinutes)

  const intake = addIntake(stack, deployment, queues)

  addAlarms(stack, deployment, queues, { sync, replay, intake: intake?.lambda })
  if (intake) addIntakeAlarms(stack, deployment, intake)
  addLetterAlarms(stack, deployment)
  if (deployment.alarmTopicArn !== undefined) tellTopic(stack, deployment.alarmTopicArn)
  addDashboard(stack, deployment, queues, { sync, replay }, intake)

  addOutputs(stack, queues, ledger, sync, replay, targets)
  if (intake) addIntakeOutputs(stack, intake)
  warnOfPlaceholders(stack, deployment)
  return stack
}

/** `cdk.json` holds example addresses for what only the operator can know; changes sent there would all wait in vain. */
function warnOfPlaceholders(stack: Stack, { stage, targets }: Deployment): void {
  if (stage === 'local') return
  for (const { name, url } of targets) {
    if (!/(?:^|\.)example\.(?:com|net|org)$/.test(new URL(url).hostname)) continue
    Annotations.of(stack).addWarningV2(
      `role-sync:placeholder-${name}-url`,
      `${name}Url is still ${url}: set it in cdk.json or with -c ${name}Url=…`,
    )
  }
}
