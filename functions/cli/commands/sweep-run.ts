import type { SweepRequest } from '../../sweep/sweep-request.ts'
import { explainRead, isMissing } from '../io/aws-errors.ts'
import type { AddCommand, CliWorld } from '../io/cli-world.ts'
import { exit, Unavailable } from '../io/exit-codes.ts'
import { json, line } from '../io/output.ts'
import { examples, type GlobalOptions, stageNames, stageOf } from './stage-options.ts'
import { scopeGiven } from './who.ts'

/** `sweep run`: asks the sweep function for a round, or for one scope. */
export const addSweepRun: AddCommand = (sweep, world, exitWith) => {
  sweep
    .command('run')
    .description('Begins a round of the sweep now, or reads one scope. It does not wait for the end.')
    .option('--scope <name>', 'only this scope: wacht/<organizationId> or project/<projectId>')
    .addHelpText('after', examples('sweep run --stage prod', 'sweep run --scope wacht/7301954381230018561'))
    .action(async (_, command) => exitWith(await runNow(command.optsWithGlobals(), world)))
}

async function runNow(
  options: GlobalOptions & { readonly scope?: string },
  world: CliWorld,
): Promise<number> {
  const scope = options.scope === undefined ? undefined : scopeGiven(options.scope)
  const FunctionName = stageNames(stageOf(options, world.env)).sweepFunction
  const request: SweepRequest = { action: 'run', ...(scope !== undefined && { scope }) }
  try {
    const Payload = JSON.stringify(request)
    await (await world.lambda()).invoke(
      { FunctionName, Payload, InvocationType: 'Event' },
      { abortSignal: world.stop },
    )
  } catch (error) {
    if (world.stop.aborted) throw error
    if (isMissing(error)) throw new Unavailable(`the sweep is off: there is no function ${FunctionName}`)
    throw explainRead(error, world.env, 'lambda:InvokeFunction')
  }
  if (options.json) await json(world, { started: scope ?? 'round' })
  else
    await line(
      world,
      `${scope ?? 'A round of all scopes'}: started. \`sweep ${scope ? `show ${scope}` : 'list'}\` shows what was found.`,
    )
  return exit.ok
}
