import * as v from 'valibot'
import { maxPlannedChanges } from '../../aws/function-url.ts'
import { sha256 } from '../../aws/sha256.ts'
import { parseJson } from '../../core/json.ts'
import { type DriftPlan, parseDriftPlan } from '../../core/sweep/drift-plan.ts'
import type { AddCommand, CliWorld } from '../io/cli-world.ts'
import { exit, Failure } from '../io/exit-codes.ts'
import { readJson } from '../io/files.ts'
import { openFunctionUrl, refusalOf } from '../io/function-url-client.ts'
import { json, line } from '../io/output.ts'
import { notEmpty } from './dead-drop.ts'
import { isAgreed } from './replay-apply.ts'
import { examples, type GlobalOptions, stageNames } from './stage-options.ts'

interface ApplyOptions extends GlobalOptions {
  readonly why: string
  readonly yes?: boolean
}

/** `drift apply FILE --why TEXT`: has what is applied written again, as a plan shows it. */
export const addDriftApply: AddCommand = (drift, world, exitWith) => {
  drift
    .command('apply')
    .description(
      'Asks the reassert function, with your own AWS identity, to have the applied state of each member of a plan written again. A newer ' +
        'change has the last word: its member is left out. Does not wait for the end. Exit code 1 if a member is left out.',
    )
    .argument('<file>', 'the plan, written by `drift plan --out`')
    .requiredOption('--why <text>', 'why they are written again', notEmpty('--why'))
    .option('--yes', 'does not ask; required if standard input is not a terminal')
    .addHelpText(
      'after',
      examples(
        'drift apply drift.json --why "HR-4711"',
        'drift apply drift.json --why "HR-4711" --yes --json',
      ),
    )
    .action(async (file, _, command) => exitWith(await apply(file, command.optsWithGlobals(), world)))
}

const answered = v.object({ by: v.string(), sent: v.array(v.boolean()) })

async function apply(file: string, options: ApplyOptions, world: CliWorld): Promise<number> {
  const plan = await readPlan(file)
  const wanted = options.stage ?? world.env.ROLE_SYNC_STAGE
  if (wanted && wanted !== plan.stage)
    throw new Failure(
      `the plan is for stage ${plan.stage}, but ${wanted} is given (--stage or ROLE_SYNC_STAGE)`,
    )
  const { stage, scope, drifts, hash } = plan
  if (drifts.length === 0) throw new Failure(`${file} has no member that drifts`)
  const name = stageNames(stage).reassertFunction
  const post = await openFunctionUrl(world, name)
  if (!post) throw new Failure(`there is no function ${name}: deploy the stage with -c reassert=on`)
  const what = `write again what is applied to ${drifts.length} of ${scope}`
  if (!(await isAgreed(plan, what, { ...options, stage }, world))) return exit.refused

  const changes = drifts.map(({ member, version }) => ({ member, version }))
  const sent: boolean[] = []
  let by = ''
  for (let from = 0; from < changes.length; from += maxPlannedChanges) {
    const asked = { plan: hash, why: options.why, changes: changes.slice(from, from + maxPlannedChanges) }
    const { status, text } = await post(JSON.stringify(asked))
    const answer = parseJson(text)
    const result = v.safeParse(answered, answer.ok ? answer.value : undefined)
    if (status !== 200 || !result.success)
      throw new Failure(
        `${refusalOf(status, answer.ok ? answer.value : undefined, name)}; ${from} of ${changes.length} were asked for`,
      )
    by = result.output.by
    sent.push(...result.output.sent)
  }
  const left = changes.filter((_, index) => !sent[index]).map(({ member }) => member)
  const count = changes.length - left.length
  if (options.json) await json(world, { plan: hash, by, sent: count, left })
  else {
    await line(world, `${count} of ${changes.length} are on the queue, for at most 55 minutes`)
    for (const member of left) await line(world, `${member}: left out, a newer change is applied`)
  }
  return left.length === 0 ? exit.ok : exit.refused
}

/** Reads the file of a plan. Rejects with a Failure that names every problem. */
async function readPlan(file: string): Promise<DriftPlan> {
  const parsed = parseDriftPlan(await readJson(file, 'plan'), sha256)
  if (parsed.ok) return parsed.value
  throw new Failure(`wrong plan ${file}: ${parsed.problems.join('; ')}`)
}
