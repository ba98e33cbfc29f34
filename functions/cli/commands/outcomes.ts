import { asObject, parseJson } from '../../core/json.ts'
import type { AddCommand, CliWorld } from '../io/cli-world.ts'
import { openOutcomes } from '../io/outcome-queue.ts'
import { json, note, stateLine } from '../io/output.ts'
import { examples, type GlobalOptions, stageNames, stageOf } from './stage-options.ts'

/** `outcomes --follow`: the outcomes of a stage, as they come. */
export const addOutcomes: AddCommand = (program, world) => {
  program
    .command('outcomes')
    .description(
      'Shows the outcome of each message as it is told, of all sources, until Ctrl-C. Makes a queue of its own for that and removes it, so ' +
        'that nobody else misses one. Needs a stage with -c outcomes=on.',
    )
    .requiredOption('--follow', 'shows what comes from now on')
    .addHelpText('after', examples('outcomes --follow --stage prod', 'outcomes --follow --json'))
    .action((_, command) => follow(command.optsWithGlobals(), world))
}

/** Ends only when the command must stop, or with a Failure. */
async function follow(options: GlobalOptions, world: CliWorld): Promise<void> {
  const stage = stageOf(options, world.env)
  await using queue = await openOutcomes(world, stage, stageNames(stage))
  await note(world, `waiting for outcomes on queue ${queue.name}; Ctrl-C removes it`)
  for await (const body of queue.bodies()) {
    const event = parseJson(body)
    if (options.json) await json(world, event.ok ? event.value : body)
    else await stateLine(world, event.ok ? outcomeLine(asObject(event.value) ?? {}) : body)
  }
}

/** `applied: wacht/1/2 by wd-1 of //hr at 2026-11-23T09:15:02.100Z`. What is not known is left out. */
function outcomeLine({ subject, causationid, time, data }: Readonly<Record<string, unknown>>): string {
  const { outcome, reason, source } = asObject(data) ?? {}
  const words = [
    ['', subject],
    ['by ', causationid],
    ['of ', source],
    ['at ', time],
  ].flatMap(([word, value]) => (value === undefined ? [] : `${word}${value}`))
  return `${outcome}${reason === undefined ? '' : ` (${reason})`}: ${words.join(' ')}`
}
