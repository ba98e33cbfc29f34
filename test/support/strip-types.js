/** Jest transformer: erases the types as Node itself does, so tests run the very code that ships. */
import { stripTypeScriptTypes } from 'node:module'

export default {
  process: (source, path) => ({ code: path.endsWith('.ts') ? stripTypeScriptTypes(source) : source }),
}

/*
 * Jest gives a worker half a second to end once its tests are done. A worker without open handles ends by itself, but Node then
 * takes down hundreds of megabytes of modules, which takes longer. Now it exits at once. A worker with an open handle never
 * comes here, and Jest says so as before.
 */
process.once('beforeExit', () => process.exit())
