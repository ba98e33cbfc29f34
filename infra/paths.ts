import { join } from 'node:path'

/** The folder of the repository or package. All other paths are below it, in any working directory. */
export const root = join(import.meta.dirname, '..')

/** The file with the app's start command and default context. */
export const cdkJson = join(root, 'cdk.json')

/** The `package.json` of the repository or package. */
export const packageJson = join(root, 'package.json')

/** The handlers of the functions, by their folders. */
export const handlers = ['sync', 'replay', 'intake', 'approve', 'sweep', 'reassert', 'due'] as const

export type Handler = (typeof handlers)[number]

/** The source file of a handler. The stack bundles it and never imports it. */
export const sourceOf = (handler: Handler): string => join(root, `functions/${handler}/${handler}-handler.ts`)

/** The bundle of a handler in the package (`npm run package`). */
export const bundleOf = (handler: Handler, folder: string = root): string =>
  join(folder, `bundles/${handler}.mjs`)

/** Whether this code runs from the package, which is JavaScript. */
export const isPackage = import.meta.filename.endsWith('.js')

/** The bundle contains this file instead of the SDK's credential chain. */
export const envCredentials = join(root, 'functions/aws/env-credentials.ts')

/** The role catalogue if no other is set. */
export const defaultRoles = join(root, 'infra/roles.json')

/** The file of sources if no other is set. */
export const defaultSources = join(root, 'infra/sources.json')

/** The file of guards if no other is set. */
export const defaultGuards = join(root, 'infra/guards.json')
