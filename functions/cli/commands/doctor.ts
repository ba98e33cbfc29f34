import { askApprove } from '../io/approve-client.ts'
import type { AddCommand, CliWorld } from '../io/cli-world.ts'
import { askDeployed } from '../io/deployed-catalogue.ts'
import { exit } from '../io/exit-codes.ts'
import { json, stateLine } from '../io/output.ts'
import { createStageReader } from '../io/stage-reader.ts'
import { type Finding, runChecks } from './doctor-findings.ts'
import { scheduleChecks } from './doctor-schedule-checks.ts'
import { stageChecks } from './doctor-stage-checks.ts'
import { targetChecks } from './doctor-target-checks.ts'
import {
  examples,
  type GlobalOptions,
  guardsOption,
  readCatalogue,
  readGuards,
  stageNames,
  stageOf,
} from './stage-options.ts'

/** `doctor`: checks whether a stage can work. */
export const addDoctor: AddCommand = (program, world, exitWith) => {
  program
    .command('doctor')
    .description(
      'Checks whether a stage can work: credentials, queues, ledger, approvals, secrets, targets, role catalogue, alarms, drain and sweep. It only ' +
        'reads, with your own AWS identity. It asks each target for one page of members, with the token of the stage. Exit code 1 ' +
        'if a check failed.',
    )
    .option(...guardsOption)
    .addHelpText('after', examples('doctor --stage prod', 'doctor --stage prod --json'))
    .action(async (_, command) => exitWith(await doctor(command.optsWithGlobals(), world)))
}

async function doctor(
  options: GlobalOptions & { readonly guards?: string },
  world: CliWorld,
): Promise<number> {
  const stage = stageOf(options, world.env)
  const names = stageNames(stage)
  const catalogue = await readCatalogue(options, world)
  const given = {
    ...{ stage, names, catalogue, reader: createStageReader(world), now: world.now() },
    guards: await readGuards(options),
    askDeployed: () => askDeployed(world, names.replayFunction),
    askApprove: () => askApprove(world, names.approveFunction),
  }
  const findings = await runChecks([...stageChecks(given), ...scheduleChecks(given), ...targetChecks(given)])
  const counts = countsOf(findings)
  if (options.json) await json(world, { stage, counts, findings })
  else for (const row of [...findings.flatMap(rowsOf), summaryOf(counts, stage)]) await stateLine(world, row)
  return counts.failed > 0 ? exit.refused : exit.ok
}

type Counts = Readonly<Record<Finding['state'], number>>

function countsOf(findings: readonly Finding[]): Counts {
  const count = (of: Finding['state']) => findings.filter(({ state }) => state === of).length
  return { ok: count('ok'), warning: count('warning'), failed: count('failed') }
}

function rowsOf(finding: Finding): string[] {
  const { check, state, detail } = finding
  const row = `${state.padEnd(9)}${check}: ${detail}`
  return finding.state === 'ok' ? [row] : [row, `         → ${finding.todo}`]
}

const summaryOf = ({ ok, warning, failed }: Counts, stage: string): string =>
  `stage ${stage}: ${ok} ok, ${warning} with a warning, ${failed} failed`
