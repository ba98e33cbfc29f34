import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { root } from '../infra/paths.ts'

const read = (file: string) => readFileSync(join(root, file), 'utf8')
const code = globSync('functions/{sync,intake,replay,approve,reassert,sweep,due,aws}/**/*.ts', { cwd: root })
  .map(read)
  .join('\n')
const listed = [
  ...read('functions/README.md').matchAll(
    /^\| (?:sync|intake|replay|approve|reassert|sweep|due)(?:, due)? \| `([^`]+)` \|$/gm,
  ),
].map(([, text]) => text)

test('the glossary lists the text of every line at level ERROR, as the code writes it', () => {
  const written = [...code.matchAll(/\btrouble\(\s*'([^']+)'/g)].map(([, text]) => text)
  expect(written.length).toBeGreaterThan(8)
  expect({ unlisted: written.filter(text => !listed.includes(text)) }).toEqual({ unlisted: [] })
  expect({ unwritten: listed.filter(text => !code.includes(`'${text}'`)) }).toEqual({ unwritten: [] })
})
