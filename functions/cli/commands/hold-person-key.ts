import { InvalidArgumentError } from 'commander'
import * as v from 'valibot'
import { personNameOf } from '../../aws/person-memory.ts'
import { email, foldEmail } from '../../core/people/person-event.ts'
import type { AddCommand, CliWorld } from '../io/cli-world.ts'
import { exit, Failure } from '../io/exit-codes.ts'
import { json, line, note } from '../io/output.ts'
import { createStageReader } from '../io/stage-reader.ts'
import { tokenOf } from './doctor-target-checks.ts'
import { examples, type GlobalOptions, stageNames, stageOf } from './stage-options.ts'

/** `hold person-key EMAIL`: the name of a person in the guards file. */
export const addPersonKey: AddCommand = (hold, world, exitWith) => {
  hold
    .command('person-key')
    .description(
      'Prints the key by which `protected` in infra/guards.json names a person: a fingerprint of the secret of the stage, and a hash of the address that is made with it. ' +
        'The file then holds no personal data. Reads the secret with your own AWS identity (secretsmanager:GetSecretValue).',
    )
    .argument('<email>', 'the primary address of the person at the targets', addressOf)
    .addHelpText(
      'after',
      examples('hold person-key jane@example.com --stage prod', 'hold person-key jane@example.com --json'),
    )
    .action(async (address, _, command) => exitWith(await print(address, command.optsWithGlobals(), world)))
}

async function print(address: string, options: GlobalOptions, world: CliWorld): Promise<number> {
  const stage = stageOf(options, world.env)
  const { personSecret } = stageNames(stage)
  const text = await createStageReader(world).secret(personSecret)
  if (text === undefined) throw new Failure(`there is no secret ${personSecret}: deploy the stage`)
  const secret = await tokenOf(personSecret, text).catch(error => {
    throw new Failure((error as Error).message)
  })
  const person = personNameOf(foldEmail(address), secret)
  if (options.json) await json(world, { person })
  else {
    await line(world, person)
    await note(world, `next: in infra/guards.json, under "protected": { "person": "${person}", "why": "…" }`)
  }
  return exit.ok
}

function addressOf(text: string): string {
  const result = v.safeParse(email, text)
  if (result.success) return result.output
  throw new InvalidArgumentError(`It ${result.issues[0].message}.`)
}
