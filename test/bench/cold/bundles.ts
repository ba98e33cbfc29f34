import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { App, Stack } from 'aws-cdk-lib'
import { type CfnFunction, Runtime } from 'aws-cdk-lib/aws-lambda'
import { type BundlingOptions, LogLevel, NodejsFunction } from 'aws-cdk-lib/aws-lambda-nodejs'
import { root } from '../../../infra/paths.ts'
import { type Resource, synthesize, type Template } from '../../../infra/synth.ts'

/** One function as it would be deployed. */
export interface Bundle {
  readonly name: string
  readonly file: string
  readonly bytes: number
  /** Whether the AWS SDK is in it; else the runtime's is loaded. */
  readonly sdk: boolean
}

const usual = join(root, 'test/bench/peers/usual.ts')
/** Tells `NodejsFunction` which package manager runs esbuild. */
const lockFile = join(root, 'package-lock.json')

/** Bundles ours as the stack does, and the usual set with `NodejsFunction`, into `outdir`. */
export function bundlesIn(outdir: string): Bundle[] {
  const peers = usualIn(join(outdir, 'peers'))
  return [
    { ...oursIn(join(outdir, 'ours')), name: 'role-sync', sdk: true },
    { ...(peers.get('Minified') as File), name: 'the usual set, minified, with the SDK', sdk: true },
    { ...(peers.get('Defaults') as File), name: 'the usual set, defaults: SDK of the runtime', sdk: false },
  ]
}

type File = Pick<Bundle, 'file' | 'bytes'>

function oursIn(outdir: string): File {
  const { template, assetOf } = synthesize({ outdir, context: { stage: 'prod' } })
  const sync = Object.values(template.Resources).find(({ Properties }) =>
    /-sync$/.test(String(Properties.FunctionName)),
  )
  if (!sync) throw new Error('the template has no sync function')
  return fileIn(assetOf(sync))
}

/** `NodejsFunction` leaves the SDK out and minifies nothing unless told; the second is told what ours is. */
function usualIn(outdir: string): Map<string, File> {
  const app = new App({ outdir, analyticsReporting: false, builtinCloudFormationValidation: false })
  const stack = new Stack(app, 'Peers')
  const options: Record<string, BundlingOptions> = {
    Minified: { minify: true, bundleAwsSDK: true, logLevel: LogLevel.WARNING },
    Defaults: { logLevel: LogLevel.WARNING },
  }
  const functions = Object.entries(options).map(([id, bundling]) => {
    const props = { entry: usual, projectRoot: root, depsLockFilePath: lockFile }
    return [id, new NodejsFunction(stack, id, { ...props, bundling, runtime: Runtime.NODEJS_24_X })] as const
  })
  const { template } = app.synth().getStackByName(stack.stackName)
  const resources = (template as Template).Resources
  return new Map(
    functions.map(([id, made]) => {
      const { Code } = (resources[stack.getLogicalId(made.node.defaultChild as CfnFunction)] as Resource)
        .Properties
      const hash = (Code as { S3Key: string }).S3Key.replace(/\.zip$/, '')
      return [id, fileIn(join(outdir, `asset.${hash}`))]
    }),
  )
}

function fileIn(asset: string): File {
  const name = readdirSync(asset).find(file => /^index\.m?js$/.test(file)) as string
  return { file: join(asset, name), bytes: statSync(join(asset, name)).size }
}
