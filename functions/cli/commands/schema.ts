import { toJsonSchema } from '@valibot/to-json-schema'
import * as v from 'valibot'
import { type EventKind, envelope, maxEventBytes, memberData } from '../../core/event/event-contract.ts'
import { exampleEvent } from '../../core/event/example-events.ts'
import { i64, roleName, uuid } from '../../core/event/ids.ts'
import { guardsSchema } from '../../core/guard/guards.ts'
import { email, personData } from '../../core/people/person-event.ts'
import { kinds } from '../../targets/index.ts'
import type { AddCommand } from '../io/cli-world.ts'
import { exit } from '../io/exit-codes.ts'
import { document } from '../io/output.ts'
import { examples } from './stage-options.ts'

/** `schema`: prints the JSON Schema of an event, or of the file of guards. */
export const addSchema: AddCommand = (program, world, exitWith) => {
  program
    .command('schema')
    .description('Prints the JSON Schema (draft 2020-12) of an event, for producers.')
    .option('--guards', 'prints that of the file of guards instead')
    .addHelpText(
      'after',
      examples('schema > role-changed.schema.json', 'schema --guards > guards.schema.json'),
    )
    .action(async ({ guards }: { readonly guards?: boolean }) => {
      await document(world, guards ? guardsJsonSchema() : eventJsonSchema(kinds))
      exitWith(exit.ok)
    })
}

type JsonSchema = Record<string, unknown>

/**
 * The event contract (functions/README.md#the-event) as JSON Schema, draft 2020-12. It accepts every event that the parser
 * accepts. Its description names the rules that only the parser checks.
 */
export function eventJsonSchema(kinds: readonly EventKind[]): JsonSchema {
  const { $schema, $defs, properties, ...rest } = toJsonSchema(
    envelope(v.union([memberData(kinds), personData])),
    {
      target: 'draft-2020-12',
      typeMode: 'input',
      errorMode: 'ignore', // some checks have no JSON Schema form; tests compare the result with the parser
      definitions: { i64, uuid, roleName, email },
    },
  ) as JsonSchema & {
    readonly properties: Record<string, JsonSchema>
    readonly $defs: Record<string, JsonSchema>
  }
  return {
    $schema,
    title: 'Role change event',
    description,
    examples: [exampleEvent],
    ...rest,
    properties: described(properties, propertyNotes),
    $defs: described($defs, definitionNotes),
  }
}

/** The file of guards (functions/README.md#guards) as JSON Schema, draft 2020-12. */
export const guardsJsonSchema = (): JsonSchema => ({
  title: 'Guards',
  description:
    'Which changes wait until a person approves them, and what follows from a drift. Beyond this schema: the ids of a member and of a scope are those of its target, no member is ' +
    'named twice, no two bursts are for the same scope, sender and role, no two rules of last_owner for the same scope and role, no two of scopes for the same scope, and both scope and role are in the catalogue.',
  examples: [
    { protected: [{ member: 'wacht/7301954381230018561/7301954381230018999', why: 'break-glass owner' }] },
    { burst: [{ sender: 'intake/okta', role: 'member', floor: 10, share: 0.1, windowSeconds: 3600 }] },
    { last_owner: [{ scope: 'wacht/7301954381230018561', role: 'owner', keep: 2, mode: 'shadow' }] },
    { scopes: [{ scope: 'wacht/7301954381230018561', drift: 'reassert' }] },
  ],
  ...toJsonSchema(guardsSchema(kinds), {
    ...{ target: 'draft-2020-12', typeMode: 'input', errorMode: 'ignore' },
  }),
})

const description = [
  'A CloudEvents 1.0 event in structured JSON mode: one member, or one person, gets one role. Extension attributes are allowed beside',
  'the named ones, unknown fields inside data are not. Beyond this schema:',
  `an event takes at most ${maxEventBytes} bytes; its time is at most five minutes ahead of now;`,
  'a role is in the catalogue for its target and scope; lengths count UTF-16 code units;',
  'UUIDs that differ only in case are the same.',
].join(' ')

/** The form that `parseInstant` accepts. `format` alone is only an annotation in draft 2020-12. */
const rfc3339 =
  '^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])[Tt]([01][0-9]|2[0-3]):[0-5][0-9]:([0-5][0-9]|60)([.][0-9]+)?' +
  '([Zz]|[+-]([01][0-9]|2[0-3]):[0-5][0-9])$'

const propertyNotes: Readonly<Record<string, JsonSchema>> = {
  id: { description: 'Names the event, together with source: an event sent again keeps both.' },
  source: { description: 'Where the event comes from.' },
  time: {
    description:
      'When the role changed. It orders the changes of a member, at any precision; the offset is required.',
    pattern: rfc3339,
  },
  sequence: { description: 'Orders events of the same time, as an integer; absent comes before 0.' },
  data: {
    description:
      'Whose role changes, and to what: a role of the catalogue, or the ids at the target. A person gets the role wherever ' +
      'the catalogue has it and lists them as a member.',
  },
}

const definitionNotes: Readonly<Record<string, JsonSchema>> = {
  i64: {
    description: 'A 64-bit id as a decimal string; a JSON number would lose digits above 2^53.',
    pattern: `^${upTo('9223372036854775807')}$`,
  },
  uuid: { description: 'A UUID of any version; upper and lower case are the same.' },
  roleName: { description: 'The name of a role in the catalogue.' },
  email: { description: 'The primary e-mail address at the target; upper and lower case are the same.' },
}

const described = (schemas: Record<string, JsonSchema>, more: Readonly<Record<string, JsonSchema>>) =>
  Object.fromEntries(Object.entries(schemas).map(([key, schema]) => [key, { ...schema, ...more[key] }]))

/** A regular expression for decimal numbers from 1 to `max` (two digits or more), without leading zeros. */
export function upTo(max: string): string {
  const shorter = `[1-9][0-9]{0,${max.length - 2}}`
  const smaller = [...max].flatMap((digit, index) => {
    const least = index === 0 ? 1 : 0
    if (Number(digit) <= least) return []
    return `${max.slice(0, index)}[${least}-${Number(digit) - 1}][0-9]{${max.length - 1 - index}}`
  })
  return `(?:${[shorter, ...smaller, max].join('|')})`
}
