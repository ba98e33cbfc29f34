/** Parses JSON without throwing. `reviver` is that of `JSON.parse`. */
export function parseJson(
  text: string,
  reviver?: (key: string, value: unknown) => unknown,
): { readonly ok: true; readonly value: unknown } | { readonly ok: false } {
  try {
    return { ok: true, value: JSON.parse(text, reviver) }
  } catch {
    return { ok: false }
  }
}

/** The value if it is a JSON object. Undefined for anything else, arrays included. */
export const asObject = (json: unknown): Record<string, unknown> | undefined =>
  typeof json === 'object' && json !== null && !Array.isArray(json)
    ? (json as Record<string, unknown>)
    : undefined

/** JSON with sorted keys. Undefined values are left out. */
export const canonicalJson = (value: unknown): string =>
  JSON.stringify(value, (_, item: unknown) => {
    const object = asObject(item)
    return object ? Object.fromEntries(Object.entries(object).sort(([a], [b]) => compareText(a, b))) : item
  })

/** Orders text by UTF-16 code units, independent of the locale. */
export const compareText = (a: string, b: string): number => (a < b ? -1 : Number(a > b))
