import { join } from 'node:path'

/** The repository. Every other path starts here, so that `cdk` and the tests agree wherever they run. */
export const root = join(import.meta.dirname, '..')

/** The CDK command line finds the app and its default context here. */
export const cdkJson = join(root, 'cdk.json')

/** Tells `NodejsFunction` which package manager runs esbuild. */
export const lockFile = join(root, 'package-lock.json')

/** The sync function's entry; the stack reaches handlers by path and never imports them. */
export const syncEntry = join(root, 'functions/sync/sync-handler.ts')

/** The replay function's entry. */
export const replayEntry = join(root, 'functions/replay/replay-handler.ts')

/** The intake function's entry. */
export const intakeEntry = join(root, 'functions/intake/intake-handler.ts')

/** The bundle holds this in place of the SDK's whole credential chain. */
export const envCredentials = join(root, 'functions/aws/env-credentials.ts')

/** The catalogue, unless a context names another. */
export const defaultRoles = 'infra/roles.json'

/** The sources, unless a context names another file. */
export const defaultSources = 'infra/sources.json'
