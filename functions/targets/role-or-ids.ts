import * as v from 'valibot'

/**
 * The rule: an event names either a catalogue role or all of the target's own fields, never both and never a part of them.
 * In the JSON Schema it is a `oneOf`.
 */
export const roleOr = <T extends Record<string, unknown>>(...fields: (keyof T & string)[]) => {
  const own = fields.join(' with ')
  const rule = `must hold exactly one of role or ${own}`
  return [
    v.check<T, string>(data => {
      const given = fields.filter(field => data[field] !== undefined).length
      return data.role === undefined ? given === fields.length : given === 0
    }, rule),
    v.metadata<T, { readonly oneOf: readonly object[] }>({
      oneOf: [
        { required: ['role'], properties: Object.fromEntries(fields.map(field => [field, false])) },
        { required: fields, properties: { role: false } },
      ],
    }),
  ] as const
}
