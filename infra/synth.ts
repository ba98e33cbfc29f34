import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { App, type AppProps, type Stack } from 'aws-cdk-lib'
import type { OwnPackage } from './context/alarm-settings.ts'
import { complaint, readDeployment } from './context/deployment.ts'
import type { SourceDeployment } from './context/source-deployment.ts'
import { cdkJson } from './paths.ts'
import { addStack } from './stack.ts'

/** One resource of a CloudFormation template. */
export interface Resource {
  readonly Type: string
  readonly Properties: Record<string, unknown>
  readonly [attribute: string]: unknown
}

/** The CloudFormation template of a stack. */
export interface Template {
  readonly Resources: Readonly<Record<string, Resource>>
  readonly Outputs: Readonly<Record<string, { readonly Value: unknown }>>
}

/** The output of `cdk synth`, made in this process. */
export interface Synthesis {
  readonly stackName: string
  readonly template: Template
  /** The declared sources. */
  readonly sources: readonly SourceDeployment[]
  /** The directory of a function's bundled code. The argument is its resource in the template. */
  readonly assetOf: (lambda: Resource) => string
}

/** The options of a synthesis. */
export interface SynthOptions {
  /** Overrides the context of `cdk.json`. Undefined values are ignored. */
  readonly context?: Readonly<Record<string, unknown>>
  /** The folder for templates and assets. */
  readonly outdir: string
  /** Whether CDK checks the template against the resource schemas: about a second more. */
  readonly validate?: boolean
  /** What `package.json` says about the repository; read if undefined. */
  readonly ownPackage?: OwnPackage | undefined
}

/**
 * Creates the app as the CDK command line does, with the context of `cdk.json`. Throws one error that lists every problem of the context
 * and of the role catalogue, each as `key: rule`.
 */
export function createApp({ context = {}, outdir, validate = false, ownPackage }: SynthOptions): {
  app: App
  stack: Stack
  sources: readonly SourceDeployment[]
} {
  const app = new App({
    outdir,
    context: { ...defaultContext(), ...withoutUndefined(context) },
    builtinCloudFormationValidation: validate,
    analyticsReporting: false,
    treeMetadata: false,
  } satisfies AppProps)
  const read = readDeployment(app.node.getAllContext(), ownPackage)
  if (!read.ok) throw new Error(complaint(read.problems))
  return { app, stack: addStack(app, read.deployment), sources: read.deployment.sources }
}

/** Synthesizes one stage into `outdir`. Throws as `createApp` does, and if a handler cannot be bundled. */
export function synthesize(options: SynthOptions): Synthesis {
  const { app, stack, sources } = createApp(options)
  const artifact = app.synth().getStackByName(stack.stackName)
  return {
    stackName: stack.stackName,
    template: artifact.template as Template,
    sources,
    assetOf: lambda => join(options.outdir, `asset.${assetHash(lambda)}`),
  }
}

function defaultContext(): Record<string, unknown> {
  return (JSON.parse(readFileSync(cdkJson, 'utf8')) as { context: Record<string, unknown> }).context
}

const withoutUndefined = (record: Readonly<Record<string, unknown>>) =>
  Object.fromEntries(Object.entries(record).filter(([, value]) => value !== undefined))

/** The template names the asset `<hash>.zip`. It has the path only if the CDK command line synthesizes. */
const assetHash = (lambda: Resource): string =>
  (lambda.Properties.Code as { S3Key: string }).S3Key.replace(/\.zip$/, '')
