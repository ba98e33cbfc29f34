/** Jest transformer: erases the types as Node itself does, so tests run the very code that ships. */
import { stripTypeScriptTypes } from 'node:module'

export default {
  process: (source, path) => ({ code: path.endsWith('.ts') ? stripTypeScriptTypes(source) : source }),
}
