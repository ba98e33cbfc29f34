import type { CliWorld } from '../io/cli-world.ts'
import { exit } from '../io/exit-codes.ts'
import { createFile } from '../io/files.ts'
import { json, jsonText, line, note } from '../io/output.ts'
import type { GlobalOptions } from './stage-options.ts'

/** The help text of the argument FILE. */
export const exportArgument =
  'the file, readable only by you; an existing one is replaced; - for standard output'

/** Writes values as NDJSON, one per line, to a file or for `-` to standard output. `words` says how many: `3 letters`. */
export async function exportLines(
  file: string,
  values: AsyncIterable<object>,
  words: (count: number) => string,
  options: GlobalOptions,
  world: CliWorld,
): Promise<number> {
  const output = file === '-' ? undefined : await createFile(file)
  let count = 0
  try {
    for await (const value of values) {
      if (output) await output.write(`${jsonText(value)}\n`)
      else await json(world, value)
      count += 1
    }
  } finally {
    if (world.stop.aborted) await note(world, `Stopped: the export is incomplete, with ${words(count)}.`)
    await output?.close()
  }
  if (output && options.json) await json(world, { exported: count })
  else if (output) await line(world, `${words(count)} exported to ${file}`)
  else await note(world, `${words(count)} exported`)
  return exit.ok
}
