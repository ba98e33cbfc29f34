import { join } from 'node:path'

/** The repository. Every other path starts here, so that `cdk` and the tests agree wherever they run. */
export const root = join(import.meta.dirname, '..')

/** The CDK command line finds the app and its default context here. */
export const cdkJson = join(root, 'cdk.json')

/** The handlers of the functions, by the folder of each. */
export const handlers = ['sync', 'replay', 'intake'] as const

export type Handler = (typeof handlers)[number]

/** The source of a handler; the stack reaches handlers by path and never imports them. */
export const sourceOf = (handler: Handler): string => join(root, `functions/${handler}/${handler}-handler.ts`)

/** Where the package (`npm run package`) has the bundle of a handler. */
export const bundleOf = (handler: Handler, folder: string = root): string =>
  join(folder, `bundles/${handler}.mjs`)

/** Whether this is the package: it is JavaScript. */
export const isPackage = import.meta.filename.endsWith('.js')

/** The bundle holds this in place of the SDK's whole credential chain. */
export const envCredentials = join(root, 'functions/aws/env-credentials.ts')

/** The catalogue, unless a context names another. */
export const defaultRoles = join(root, 'infra/roles.json')

/** The sources, unless a context names another file. */
export const defaultSources = join(root, 'infra/sources.json')
