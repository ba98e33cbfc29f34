import { createRequire } from 'node:module'
import { envCredentials, type Handler, root, sourceOf } from './paths.ts'

/**
 * The parts of undici's one public file that no request over HTTP/1.1 uses, as its own files name them: more than a third of the bundle.
 * An empty part replaces each, and throws if it is called. The tests of the local stack run this bundle.
 */
const unusedOfUndici = [
  ...['./lib/web/*', './lib/mock/*', './lib/cache/*', './lib/interceptor/*', './lib/handler/*'],
  ...['./lib/dispatcher/*-agent', './lib/dispatcher/*-pool', './lib/dispatcher/h2c-client', './client-h2.js'],
  ...['./api-stream', './api-pipeline', './api-upgrade', './api-connect'],
  // For bodies that are forms or streams. Ours are strings.
  '../web/fetch/body.js',
  // Its HTTP parser for machines without SIMD is 70 KB; Lambda has no such machine.
  '../llhttp/llhttp-wasm.js',
]

/** The SDK imports it when an answer is a stream of events. SQS has none. */
const eventStreams = '@smithy/core/event-streams'

/**
 * Node loads its own `fetch`, 28 ms of CPU, when one of these is read. ofetch reads them when it is imported, but our client gives it a
 * `fetch` and `Headers`.
 */
const readByOfetch = ['FormData', 'Headers', 'Request', 'Response']

/** An `import` of `node:http` reads all its exports, and one of them is a part of Node's `fetch`. */
const nodeHttp = 'data:text/javascript,module.exports=process.getBuiltinModule("node:http")'

/** The imports of reviewed files. */
const reviewed = { '#roles': './roles.json', '#sources': './sources.json', '#guards': './guards.json' }

/**
 * Bundles a handler and the SDK into one `.mjs` file. The bundle does not contain the reviewed files: it imports
 * `./roles.json`, `./sources.json` and `./guards.json` from its folder.
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
    // CommonJS packages call `require` for Node's own modules. A relative name is a part that is left out.
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
      ...reviewed,
    },
    external: [...unusedOfUndici, eventStreams, ...Object.values(reviewed)],
    logLevel: 'warning',
  })
}
