import { createRequire } from 'node:module'
import { envCredentials, type Handler, root, sourceOf } from './paths.ts'

/**
 * Bundles a handler and the SDK into one `.mjs` file, so that the tested code is the deployed code. The role catalogue and the sources
 * are not in it: the file imports `./roles.json` and `./sources.json`, which must be in its folder.
 */
export function bundleHandler(handler: Handler, outfile: string): void {
  // Loaded only here: the npm package contains the bundles and needs no esbuild.
  const { buildSync }: typeof import('esbuild') = createRequire(import.meta.url)('esbuild')
  buildSync({
    absWorkingDir: root,
    entryPoints: [sourceOf(handler)],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node24',
    minify: true,
    mainFields: ['module', 'main'],
    // CommonJS packages call `require` for Node's own modules.
    banner: {
      js: "import{createRequire as nodeRequire}from'node:module';const require=nodeRequire(import.meta.url);",
    },
    alias: {
      // A function has its credentials in the environment. The default chain is half of the bundle (aws-sdk-js-v3#6087).
      '@aws-sdk/credential-provider-node': envCredentials,
      // ofetch contains a fetch for old runtimes.
      'node-fetch-native': 'node-fetch-native/native',
      '#roles': './roles.json',
      '#sources': './sources.json',
    },
    external: [
      // undici's HTTP parser for machines without SIMD is 70 KB; Lambda has no such machine.
      '*/llhttp-wasm.js',
      './roles.json',
      './sources.json',
    ],
    logLevel: 'warning',
  })
}
