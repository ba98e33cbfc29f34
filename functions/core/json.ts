/** Reads JSON without throwing. */
export function parseJson(
  text: string,
): { readonly ok: true; readonly value: unknown } | { readonly ok: false } {
  try {
    return { ok: true, value: JSON.parse(text) }
  } catch {
    return { ok: false }
  }
}

/** The object that a JSON value is; undefined for anything else, an array too. */
export const asObject = (json: unknown): Record<string, unknown> | undefined =>
  typeof json === 'object' && json !== null && !Array.isArray(json)
    ? (json as Record<string, unknown>)
    : undefined

/** JSON whose keys are in one order, whatever order they came in. What is undefined is left out. */
export const canonicalJson = (value: unknown): string =>
  JSON.stringify(value, (_, item: unknown) => {
    const object = asObject(item)
    return object ? Object.fromEntries(Object.entries(object).sort(([a], [b]) => compareText(a, b))) : item
  })

/** Orders text by its UTF-16 code units: the same everywhere, whatever the language of the machine. */
export const compareText = (a: string, b: string): number => (a < b ? -1 : Number(a > b))
