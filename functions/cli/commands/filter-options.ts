import { type Command, InvalidArgumentError, Option } from 'commander'
import type { LetterFilter } from '../../core/dead-letter/letter-filter.ts'
import {
  type GuardName,
  guardNames,
  type LetterReason,
  letterReasons,
} from '../../core/dead-letter/reason.ts'
import { parseInstant } from '../../core/event/instant.ts'
import { personTarget } from '../../core/people/person-event.ts'
import { kinds } from '../../targets/index.ts'
import { parseSpan } from '../io/durations.ts'

/** The filter options, as commander gives them. */
export interface FilterOptions extends PeriodOptions {
  readonly reason?: LetterReason
  readonly guard?: GuardName
  readonly sender?: string
  readonly target?: string
  readonly member?: string
  readonly event?: string
  readonly source?: string
  readonly limit?: number
}

/** The options of a period, as commander gives them. */
export interface PeriodOptions {
  readonly since?: When
  readonly until?: When
}

/** A time or an age, in milliseconds. */
export type When = { readonly at: number } | { readonly ago: number }

/** Adds the filter options. A letter must match all that are given. */
export function addFilterOptions(command: Command): Command {
  return addPeriodOptions(command, 'only letters')
    .addOption(new Option('--reason <reason>', 'only letters with this reason').choices(letterReasons))
    .addOption(new Option('--guard <guard>', 'only letters that this guard holds').choices(guardNames))
    .option('--sender <sender>', 'only letters of this sender, for example intake/okta')
    .addOption(
      new Option('--target <name>', 'only letters of this target').choices([
        ...kinds.map(kind => kind.name),
        personTarget,
      ]),
    )
    .option(
      '--member <name>',
      'only letters of this member, for example wacht/<organizationId>/<membershipId>',
      lowerCase,
    )
    .option('--event <id>', 'only letters of the event with this id')
    .option('--source <source>', 'only letters of events from this source')
    .option('--limit <n>', 'at most this many letters', count)
}

/** Adds the options of a period. `what` begins their help: `only letters`. */
export const addPeriodOptions = (command: Command, what: string): Command =>
  command
    .option(
      '--since <when>',
      `${what} since this time: RFC 3339 with an offset, or an age: 90s, 15m, 2h, 3d, 1w`,
      when,
    )
    .option('--until <when>', `${what} before this time: the same formats`, when)

/** The period from the options, in milliseconds since 1970. `now` is too. */
export const periodOf = ({ since, until }: PeriodOptions, now: number) => ({
  since: momentOf(since, now),
  until: momentOf(until, now),
})

/** The filter from the options. `now` is milliseconds since 1970. */
export function filterOf(options: FilterOptions, now: number): LetterFilter {
  const { reason, guard, sender, target, member, event, source } = options
  const given = {
    reason,
    guard,
    sender,
    target,
    member,
    event,
    source,
    ...periodOf(options, now),
  }
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined))
}

/** The moment of a time or an age, in milliseconds since 1970. */
export const momentOf = (when: When | undefined, now: number): number | undefined =>
  when && ('at' in when ? when.at : now - when.ago)

/** Names of members are in lower case. */
const lowerCase = (text: string): string => text.toLowerCase()

/** Parses a time or an age. Throws an error of commander. */
export function when(text: string): When {
  const ago = parseSpan(text)
  if (ago !== undefined) return { ago }
  const instant = parseInstant(text)
  if (instant !== undefined)
    return { at: Date.parse(`${instant.slice(0, '0000-00-00T00:00:00.000'.length)}Z`) }
  throw new InvalidArgumentError('It must be RFC 3339 with an offset, or a span like 90s, 15m, 2h, 3d or 1w.')
}

function count(text: string): number {
  if (/^[1-9][0-9]{0,8}$/.test(text)) return Number(text)
  throw new InvalidArgumentError('It must be a whole number, 1 or more.')
}
