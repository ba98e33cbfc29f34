import { createRequire } from 'node:module'
import { envCredentials, type Handler, root, sourceOf } from './paths.ts'

/**
 * What undici's one public file brings besides requests over HTTP/1.1, as its own files name it: more than a third of the bundle. In the
 * place of each stands an empty part, which throws when it is called. The tests of the local stack run this bundle.
 */
const unusedOfUndici = [
  ...['./lib/web/*', './lib/mock/*', './lib/cache/*', './lib/interceptor/*', './lib/handler/*'],
  ...['./lib/dispatcher/*-agent', './lib/dispatcher/*-pool', './lib/dispatcher/h2c-client', './client-h2.js'],
  ...['./api-stream', './api-pipeline', './api-upgrade', './api-connect'],
  // A body that is a form or a stream; ours are strings.
  '../web/fetch/body.js',
  // Its HTTP parser for machines without SIMD is 70 KB; Lambda has no such machine.
  '../llhttp/llhttp-wasm.js',
]

/**
 * Node loads the whole of its own `fetch`, 28 ms of CPU, when one of these is read. ofetch reads them when it is imported; ours gives it a
 * `fetch` and `Headers`.
 */
const readByOfetch = ['FormData', 'Headers', 'Request', 'Response']

/** An `import` of this module reads all that it exports, and one of that is a part of Node's `fetch`. */
const nodeHttp = 'data:text/javascript,module.exports=process.getBuiltinModule("node:http")'

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
    // CommonJS packages call `require` for Node's own modules. A relative name is that of a part that is left out.
    banner: {
      js: [
        "import{createRequire as nodeRequire}from'node:module'",
        'const ofNode=nodeRequire(import.meta.url),leftOut=new Proxy({},{get:()=>class{}})',
        "const require=name=>name.startsWith('.')?leftOut:ofNode(name);",
      ].join(';'),
    },
    define: Object.fromEntries(readByOfetch.map(name => [`globalThis.${name}`, 'undefined'])),
    alias: {
      // A function has its credentials in the environment. The default chain is half of the bundle (aws-sdk-js-v3#6087).
      '@aws-sdk/credential-provider-node': envCredentials,
      // ofetch contains a fetch for old runtimes.
      'node-fetch-native': 'node-fetch-native/native',
      'node:http': nodeHttp,
      '#roles': './roles.json',
      '#sources': './sources.json',
    },
    external: [...unusedOfUndici, './roles.json', './sources.json'],
    logLevel: 'warning',
  })
}
