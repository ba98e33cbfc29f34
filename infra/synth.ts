import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { App, type AppProps, type Stack } from 'aws-cdk-lib'
import { complaint, readDeployment } from './context/deployment.ts'
import type { SourceDeployment } from './context/source-deployment.ts'
import { cdkJson } from './paths.ts'
import { addStack } from './stack.ts'

/** One resource of a template, as CloudFormation reads it. */
export interface Resource {
  readonly Type: string
  readonly Properties: Record<string, unknown>
  readonly [attribute: string]: unknown
}

/** A stack's template, as CloudFormation reads it. */
export interface Template {
  readonly Resources: Readonly<Record<string, Resource>>
  readonly Outputs: Readonly<Record<string, { readonly Value: unknown }>>
}

/** What `cdk synth` would write, made in this process. */
export interface Synthesis {
  readonly stackName: string
  readonly template: Template
  /** The sources that it lets in. */
  readonly sources: readonly SourceDeployment[]
  /** The directory of a function's bundled code. The argument is its resource in the template. */
  readonly assetOf: (lambda: Resource) => string
}

/** How a stage is synthesized. */
export interface SynthOptions {
  /** Set over the context of `cdk.json`; what is undefined is not set. */
  readonly context?: Readonly<Record<string, unknown>>
  /** Where templates and assets go. */
  readonly outdir: string
  /** Whether CDK checks the template against the resource schemas: about a second more. */
  readonly validate?: boolean
}

/**
 * Makes the app as the CDK command line would: this process reads `cdk.json` itself. Throws one error that lists every problem of the
 * context and of the role catalogue, each as `key: rule`.
 */
export function createApp({ context = {}, outdir, validate = false }: SynthOptions): {
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
  const read = readDeployment(app.node.getAllContext())
  if (!read.ok) throw new Error(complaint(read.problems))
  return { app, stack: addStack(app, read.deployment), sources: read.deployment.sources }
}

/** Synthesizes one stage into `outdir`. Throws as `createApp` does, and when a handler cannot be bundled. */
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

/** The template names the asset `<hash>.zip`. Its path stands there only under the command line. */
const assetHash = (lambda: Resource): string =>
  (lambda.Properties.Code as { S3Key: string }).S3Key.replace(/\.zip$/, '')
