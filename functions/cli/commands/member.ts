import { effectText } from '../../core/outcome/cause-words.ts'
import { isNotFound } from '../../core/outcome/effect.ts'
import { foldEmail, scopeName } from '../../core/people/person-event.ts'
import { kinds } from '../../targets/index.ts'
import { firstPage, type PeoplePage } from '../../targets/people-page.ts'
import type { Http, Target } from '../../targets/target.ts'
import type { AddCommand, CliWorld } from '../io/cli-world.ts'
import { exit, Failure } from '../io/exit-codes.ts'
import { openLedger } from '../io/ledger-reader.ts'
import { json, line, note } from '../io/output.ts'
import { createReadOnlyHttp } from '../io/read-only-http.ts'
import { forecastRecord, forecastWords } from '../page/forecast-words.ts'
import { entryRecord, entryWords } from './entry-words.ts'
import { openOptionalForecasts } from './open-forecasts.ts'
import { examples, type GlobalOptions, readCatalogue, stageNames, stageOf } from './stage-options.ts'
import { addTargetOptions, connectTargets, readToken, tokenNames } from './target-options.ts'

/** `member TARGET/…|EMAIL`: shows the ledger entry of a member, or of each member of a person. */
export const addMember: AddCommand = (program, world, exitWith) => {
  addTargetOptions(program.command('member'))
    .description(
      'Shows the ledger entry of a member: the applied state with its time and event, the lease, unanswered or ' +
        "unproven writes, and the forecast: what takes effect later. An e-mail address is looked up in the targets' member lists, in each scope of the role catalogue " +
        `(tokens: env ${tokenNames}). Exit code 1 if there is no entry or no such member, or if a list could not be read.`,
    )
    .argument(
      '<member>',
      'wacht/<organizationId>/<membershipId>, project/<projectId>/<memberId>, or an e-mail address',
    )
    .addHelpText(
      'after',
      examples(
        'member wacht/7301954381230018561/7301954381230018999',
        'member jane@example.com --stage prod',
      ),
    )
    .action(async (name, _, command) => exitWith(await member(name, command.optsWithGlobals(), world)))
}

type MemberOptions = GlobalOptions & Readonly<Record<string, unknown>>

async function member(given: string, options: MemberOptions, world: CliWorld): Promise<number> {
  const stage = stageOf(options, world.env)
  const ledger = openLedger(world, stage, stageNames(stage).ledgerTable)
  const forecast = await openOptionalForecasts(options, world)
  const show = async (name: string) => {
    const entry = await ledger.read(name)
    const later = await forecast(name, entry)
    const rows = [...entryWords(entry, world.now()), ...forecastWords(entry?.applied, later)]
    if (!options.json) for (const row of [name, ...rows.map(words => `  ${words}`)]) await line(world, row)
    return { member: name, entry: entryRecord(entry), forecast: forecastRecord(later) }
  }
  if (!given.includes('@')) {
    const shown = await show(memberName(given))
    if (options.json) await json(world, shown)
    return shown.entry ? exit.ok : exit.refused
  }
  const { members, read, unread } = await membersOf(foldEmail(given), options, world)
  const shown = []
  for (const name of members) shown.push(await show(name))
  if (options.json) await json(world, { members: shown, read, unread })
  for (const { scope, detail } of unread)
    await note(world, `Could not read the members of ${scope}: ${detail}`)
  const count = `${members.length} ${members.length === 1 ? 'member' : 'members'}`
  if (!options.json) await note(world, `${count} with this address in ${read.join(', ') || 'no scope'}`)
  return members.length > 0 && unread.length === 0 ? exit.ok : exit.refused
}

/** The most pages that are read of one list. */
const mostPages = 200

/** The members with a folded address, in all scopes of the role catalogue: those that were read to their end, and the others. */
async function membersOf(email: string, options: MemberOptions, world: CliWorld) {
  const targets = connectTargets(options, world.env)
  const roles = Object.values(await readCatalogue(options, world))
  const http = createReadOnlyHttp()
  const members = new Set<string>()
  const read: string[] = []
  const unread: { readonly scope: string; readonly detail: string }[] = []
  const scopesOf = (target: string) => new Set(roles.flatMap(role => Object.keys(role[target] ?? {})))
  for (const target of targets.values()) {
    for (const scope of scopesOf(target.name)) {
      const name = scopeName({ target: target.name, scope })
      try {
        const send = http(readToken(target.name, options, world.env))
        for await (const listed of listOf(target, scope, send, world.stop))
          if (listed.email !== undefined && foldEmail(listed.email) === email) members.add(listed.member)
        read.push(name)
      } catch (error) {
        if (!(error instanceof Failure)) throw error
        unread.push({ scope: name, detail: error.message })
      }
    }
  }
  return { members: [...members], read, unread }
}

/** The members of a scope. Rejects with a Failure if the list is not read to its end. */
async function* listOf({ people }: Target, scope: string, http: Http, stop: AbortSignal) {
  let page: number | undefined = firstPage
  for (let pages = 0; page !== undefined; pages++) {
    stop.throwIfAborted()
    if (pages === mostPages) throw new Failure(`the list is longer than ${mostPages} pages`)
    const answer: PeoplePage = await people(scope, page, http)
    if (!answer.ok)
      throw new Failure(
        isNotFound(answer.effect) ? 'target does not know this scope' : effectText(answer.effect),
      )
    yield* answer.listed
    page = answer.next
  }
}

/** Checks a member's name. Names of members are in lower case. Throws a Failure. */
export function memberName(given: string): string {
  const name = given.toLowerCase()
  const [target, ...ids] = name.split('/')
  if (kinds.some(kind => kind.name === target) && ids.length === 2 && !ids.includes('')) return name
  const targets = kinds.map(kind => `${kind.name}/…/…`).join(' or ')
  throw new Failure(`member ${given}: must be ${targets}, as \`dead list\` shows it`)
}
