import { Annotations, type App, Stack } from 'aws-cdk-lib'
import { addOutputs } from './constructs/stack-outputs.ts'
import type { Deployment } from './context/deployment.ts'
import { RoleSync } from './role-sync.ts'

/** A stack of its own for one stage. `Default` stands in no logical id, so that the stage's parts keep theirs. */
export function addStack(app: App, deployment: Deployment): Stack {
  const { stage } = deployment
  const stack = new Stack(app, `role-sync-${stage}`, { description: `role-sync, stage ${stage}` })
  addOutputs(stack, new RoleSync(stack, 'Default', deployment))
  warnOfPlaceholders(stack, deployment)
  return stack
}

/** `cdk.json` holds example addresses where only the operator knows the real one. A change for an example waits in vain. */
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
