import { type BundlingOptions, LogLevel, OutputFormat } from 'aws-cdk-lib/aws-lambda-nodejs'
import type { Construct } from 'constructs'
import type { Deployment } from '../context/deployment.ts'
import { fileOf } from '../context/reviewed-file.ts'
import { envCredentials } from '../paths.ts'

/** What is reviewed and bundled. */
export type ReviewedFiles = Pick<Deployment, 'rolesFile' | 'sourcesFile'>

/**
 * How a handler becomes one `.mjs` file, SDK included, so that what was tested is what runs. There is no metafile: it
 * names the output directory and would change the asset's hash with it.
 */
export const bundling = (scope: Construct, { rolesFile, sourcesFile }: ReviewedFiles): BundlingOptions => ({
  format: OutputFormat.ESM,
  target: 'node24',
  minify: true,
  bundleAwsSDK: true,
  mainFields: ['module', 'main'],
  // Packages that are CommonJS inside still call `require` for Node's own modules.
  banner: "import{createRequire as nodeRequire}from'node:module';const require=nodeRequire(import.meta.url);",
  logLevel: LogLevel.WARNING,
  environment: { NO_UPDATE_NOTIFIER: '1', npm_config_loglevel: 'error' },
  esbuildArgs: {
    // A function has its credentials in the environment; the default chain is half of the bundle (aws-sdk-js-v3#6087).
    '--alias:@aws-sdk/credential-provider-node': envCredentials,
    // ofetch brings a fetch of its own for old runtimes.
    '--alias:node-fetch-native': 'node-fetch-native/native',
    // undici's HTTP parser for machines without SIMD, 70 KB: there are none among Lambda's.
    '--external:*/llhttp-wasm.js': true,
    // The reviewed catalogue of this stage.
    '--alias:#roles': fileOf(scope, rolesFile),
    // The declared sources, likewise.
    '--alias:#sources': fileOf(scope, sourcesFile),
  },
})
