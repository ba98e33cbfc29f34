import * as v from 'valibot'
import { effectText } from '../../core/outcome/cause-words.ts'
import { kinds, parseCatalogue } from '../../targets/index.ts'
import type { AddCommand, CliWorld } from '../io/cli-world.ts'
import { exit, Failure } from '../io/exit-codes.ts'
import { document, note } from '../io/output.ts'
import { createReadOnlyHttp } from '../io/read-only-http.ts'
import { examples, type GlobalOptions, readCatalogue } from './stage-options.ts'
import { addTargetOptions, connectTargets, readToken } from './target-options.ts'

/** `roles`: prints the role catalogue, or with `--read` the roles at a target as one. */
export const addRoles: AddCommand = (program, world, exitWith) => {
  addTargetOptions(program.command('roles'))
    .description(
      'Prints the role catalogue of this command line. With --read it prints the roles at a target instead, as a catalogue to ' +
        'paste; the token is in WACHT_TOKEN. The project API cannot list its groups.',
    )
    .option('--read <scope...>', 'reads the roles of these scopes from their target: wacht/<organizationId>')
    .addHelpText('after', examples('roles', 'roles --read wacht/7301954381230018561 > roles.json'))
    .action(async (_, command) => exitWith(await roles(command.optsWithGlobals(), world)))
}

interface RolesOptions extends GlobalOptions, Readonly<Record<string, unknown>> {
  readonly read?: readonly string[]
}

async function roles(options: RolesOptions, world: CliWorld): Promise<number> {
  if (!options.read) {
    await document(world, await readCatalogue(options, world))
    return exit.ok
  }
  const found = new Map<string, Record<string, Record<string, object>>>()
  for (const given of options.read) {
    const { target, scope, listed } = await readScope(given, options, world)
    for (const { name, state } of listed) {
      const role = { [target]: { [scope]: state } }
      const { [target]: others = {}, ...rest } = found.get(name) ?? {}
      if (!parseCatalogue({ [name]: role }).ok || scope in others) {
        await note(
          world,
          `Not listed: a role of ${given} called ${JSON.stringify(name)}: the name is taken or not valid.`,
        )
      } else found.set(name, { ...rest, [target]: { ...others, [scope]: state } })
    }
  }
  await document(world, Object.fromEntries(found))
  return exit.ok
}

/** Reads the roles of a scope, such as `wacht/<organizationId>`. Rejects with a Failure if they cannot be read. */
async function readScope(given: string, options: RolesOptions, world: CliWorld) {
  const [target = '', scope = '', ...rest] = given.split('/')
  const kind = kinds.find(({ name }) => name === target)
  if (!kind || rest.length > 0 || !v.is(kind.scope, scope))
    throw new Failure(`scope ${given}: must be ${kinds.map(({ name }) => `${name}/…`).join(' or ')}`)
  const list = connectTargets(options, world.env).get(target)?.roles
  if (!list)
    throw new Failure(`the API of ${target} does not list its roles: copy the ids from its own pages`)
  const page = await list(scope, createReadOnlyHttp()(readToken(target, options, world.env)))
  if (!page.ok) throw new Failure(`cannot read the roles of ${given}: ${effectText(page.effect)}`)
  if (!page.isComplete) await note(world, `${given} has more roles than its target lists at once.`)
  return { target, scope, listed: page.roles }
}
