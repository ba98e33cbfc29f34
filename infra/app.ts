import { App } from 'aws-cdk-lib'
import { complaint, readDeployment } from './context/deployment.ts'
import { addStack } from './stack.ts'

/** The CDK app that `cdk.json` names. It has one stage, chosen by context (`-c stage=prod`). */
const app = new App()
const read = readDeployment(app.node.getAllContext())

if (read.ok) {
  addStack(app, read.deployment)
} else {
  console.error(complaint(read.problems))
  process.exitCode = 1
}
