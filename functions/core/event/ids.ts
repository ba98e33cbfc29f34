import * as v from 'valibot'

const maxI64 = '9223372036854775807'

/**
 * A 64-bit id as a decimal string, 1 to 9223372036854775807. Leading zeros are refused: two spellings of one member would be
 * two ledger entries.
 */
export const i64 = v.pipe(
  v.string(
    ({ input }) =>
      `must be a string of decimal digits, not ${describe(input)}: a JSON number loses digits above 2^53`,
  ),
  v.regex(/^[1-9][0-9]{0,18}$/, `must be decimal digits without leading zeros, from 1 to ${maxI64}`),
  v.check(
    text => text.length < maxI64.length || text <= maxI64,
    `must be decimal digits without leading zeros, from 1 to ${maxI64}`,
  ),
)

/** A UUID of any version, in lower case so that a member has only one name. */
export const uuid = v.pipe(
  v.string('must be a UUID string'),
  v.regex(
    /^[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$/,
    'must be a UUID (8-4-4-4-12 hexadecimal digits)',
  ),
  v.toLowerCase(),
)

/** The name of a role in the catalogue. */
export const roleName = v.pipe(
  v.string('must be the name of a catalogue role'),
  v.nonEmpty('must not be empty'),
  v.maxLength(128, 'must be at most 128 characters'),
)

/**
 * The `id` or `source` of an event, at most `max` characters, without control characters and lone surrogates (CloudEvents
 * 1.0.2, type system).
 */
export const nameText = (max: number) =>
  v.pipe(
    v.string('must be a string'),
    v.nonEmpty('must not be empty'),
    v.maxLength(max, `must be at most ${max} characters`),
    // biome-ignore lint/suspicious/noControlCharactersInRegex: the rule is about control characters
    v.regex(/^[^\u0000-\u001f\u007f-\u009f]*$/u, 'must not hold control characters'),
    v.check(text => text.isWellFormed(), 'must be well-formed Unicode'),
  )

function describe(input: unknown): string {
  if (input === null) return 'null'
  return Array.isArray(input) ? 'an array' : `a ${typeof input}`
}
