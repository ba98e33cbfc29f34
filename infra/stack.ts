import { Annotations, type App, Stack } from 'aws-cdk-lib'
import { addOutputs } from './constructs/stack-outputs.ts'
import type { Deployment } from './context/deployment.ts'
import { RoleSync } from './role-sync.ts'

/** Adds a stack for one stage. CDK leaves `Default` out of logical ids, so the ids are those of the parts. */
export function addStack(app: App, deployment: Deployment): Stack {
  const { stage } = deployment
  const stack = new Stack(app, `role-sync-${stage}`, { description: `role-sync, stage ${stage}` })
  addOutputs(stack, new RoleSync(stack, 'Default', deployment))
  warnOfPlaceholders(stack, deployment)
  if (stage !== 'local' && deployment.runbookUrl === undefined)
    Annotations.of(stack).addInfo(
      'alarms link the dashboard; to link the runbook, name your repository in package.json, or set runbookUrl to the https URL of your copy of infra/RUNBOOK.md',
    )
  return stack
}

/** `cdk.json` contains example addresses where only the operator knows the real one. A change is never applied at such an address. */
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
