import { planLetter } from '../../core/dead-letter/planned-letters.ts'
import type { ParseEvent } from '../../core/event/event.ts'
import type { LedgerStore } from '../../core/ports.ts'
import type { Target } from '../../targets/target.ts'
import type { AddCommand, CliWorld } from '../io/cli-world.ts'
import { heldAgainstDeployed } from '../io/deployed-catalogue.ts'
import { exit } from '../io/exit-codes.ts'
import { openLedger } from '../io/ledger-reader.ts'
import { json, note } from '../io/output.ts'
import { print, recordOf, type Shown } from './dead-show-report.ts'
import { dryRun } from './dry-run.ts'
import { eventArgument, findLetters, notFound, sameEvent } from './find-letters.ts'
import type { NamedLetter } from './look-at-letters.ts'
import { openDeadLetters } from './open-dead-letters.ts'
import { examples, type GlobalOptions, stageNames } from './stage-options.ts'
import { addTargetOptions, connectTargets } from './target-options.ts'
import { addReadOption, createTargetStateReader, type ReadTargetState } from './target-state.ts'

/** `dead show EVENT`: shows one letter in full. */
export const addShow: AddCommand = (dead, world, exitWith) => {
  addReadOption(addTargetOptions(dead.command('show')))
    .description(
      'Shows one letter: its body and attributes, the ledger entry of its member, and the request of a replay. Exit code 1 ' +
        'if there is no such letter.',
    )
    .argument('<event...>', eventArgument)
    .addHelpText(
      'after',
      examples('dead show wd-2026-000123 --stage prod', 'dead show wd-2026-000123 --read'),
    )
    .action(async (words, _, command) =>
      exitWith(await show(words.join(' '), command.optsWithGlobals(), world)),
    )
}

interface ShowOptions extends GlobalOptions, Readonly<Record<string, unknown>> {
  readonly read?: boolean
}

async function show(event: string, options: ShowOptions, world: CliWorld): Promise<number> {
  const targets = connectTargets(options, world.env)
  const opened = await openDeadLetters(options, world)
  const ledger = openLedger(world, opened.stage, stageNames(opened.stage).ledgerTable)
  const found = (await findLetters(opened, world, [event])).get(event) ?? []
  const letters = sameEvent(event, found)
  if (!letters) {
    await note(world, notFound(event, options))
    return exit.refused
  }
  const parse = await heldAgainstDeployed(opened.parse, world, stageNames(opened.stage).replayFunction)
  const shown: Shown[] = []
  const ask = options.read ? createTargetStateReader(world.env) : undefined
  for (const one of letters) shown.push(await lookUp(one, parse, ledger, { targets, ask }, world.now()))
  if (options.json) await json(world, { letters: shown.map(recordOf) })
  else for (const one of shown) await print(world, one)
  return exit.ok
}

async function lookUp(
  { letter, named }: NamedLetter,
  parse: ParseEvent,
  ledger: Pick<LedgerStore, 'read'>,
  {
    targets,
    ask,
  }: { readonly targets: ReadonlyMap<string, Target>; readonly ask: ReadTargetState | undefined },
  now: number,
): Promise<Shown> {
  const parsed = parse(letter.body, now)
  const entry = named.member === null ? undefined : await ledger.read(named.member)
  const verdict = planLetter(letter, parsed, entry, now)
  const change = parsed.ok ? parsed.change : undefined
  const target = change && targets.get(change.target)
  if (!change || !target) return { letter, named, entry, verdict, now }
  const planned = await dryRun(target, change)
  const holds = await ask?.(target, change.member, planned)
  return { letter, named, entry, verdict, planned, ...(holds && { holds }), now }
}
