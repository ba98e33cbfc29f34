/** How many characters of a secret in a row are removed at least. */
const minLength = 8

/** How many nested escapes are undone. */
const maxEscapes = 4

/**
 * Replaces 8 or more characters in a row of a secret, or a whole shorter secret, with `[secret]`. It ignores case, and finds
 * the secret escaped for a URL, JSON or HTML, even several times, or in base64. Where a secret holds an escape of its own, such
 * as `\c`, and the text escapes other characters alone, a piece must be longer by that escape. The secrets are visible ASCII.
 * The time is linear in the length of the text.
 */
export function withoutSecrets(text: string, secrets: readonly string[]): string {
  const wanted = formsOf(secrets)
  const hidden = new Uint8Array(text.length)
  for (const { characters, places } of layersOf(text)) {
    for (const [length, forms] of wanted) {
      for (let at = 0; at + length <= characters.length; at++) {
        if (!forms.has(characters.slice(at, at + length))) continue
        hidden.fill(1, places[at], places[at + length])
      }
    }
  }
  let clean = ''
  for (let at = 0; at < text.length; at++) {
    if (!hidden[at]) clean += text[at]
    else if (!hidden[at - 1]) clean += '[secret]'
  }
  return clean
}

/** The pieces of the secrets to search for, by length. */
function formsOf(secrets: readonly string[]): ReadonlyMap<number, ReadonlySet<string>> {
  // A secret may have an escape in it, such as %2f: it is searched for as it is, and without its escapes.
  const spelled = secrets.flatMap(secret => [...layersOf(secret)].map(({ characters }) => characters))
  const short = spelled.filter(({ length }) => length < minLength)
  const pieces = new Set<string>()
  for (const form of new Set([...spelled, ...secrets.flatMap(base64Of).map(folded)])) {
    for (let at = 0; at + minLength <= form.length; at++) pieces.add(form.slice(at, at + minLength))
  }
  return new Map(
    [...Map.groupBy(short, ({ length }) => length)].map(([length, all]) => [length, new Set(all)]),
  ).set(minLength, pieces)
}

/** The base64 of a secret at each of the three positions that it may have in a longer text. */
const base64Of = (secret: string): string[] =>
  ['', '\0', '\0\0'].flatMap(before =>
    (['base64', 'base64url'] as const).map(form => Buffer.from(before + secret).toString(form)),
  )

/** A text with the position of each character in the original, and the end of the last one. */
interface Layer {
  readonly characters: string
  readonly places: readonly number[]
}

/** The text as it is, then with one level of escapes undone after the other. */
function* layersOf(text: string): Generator<Layer> {
  const places = Array.from({ length: text.length + 1 }, (_, at) => at)
  let layer: Layer | undefined = { characters: folded(text), places }
  for (let depth = 0; layer && depth <= maxEscapes; depth++, layer = unescaped(layer)) yield layer
}

/** Lower-cases ASCII letters only, so that the length stays the same. */
const folded = (text: string): string => text.replace(/[A-Z]+/g, letters => letters.toLowerCase())

const escapes =
  /%(?<hex>[0-9a-f]{2})|\\u(?<hex>[0-9a-f]{4})|\\x(?<hex>[0-9a-f]{2})|&#x(?<hex>[0-9a-f]{1,6});|&#(?<decimal>[0-9]{1,7});|&(?<entity>amp|lt|gt|quot|apos);|\\(?<other>.)/g

const entities: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" }

/** The layer with one level of escapes undone. Undefined if it has none. */
function unescaped({ characters, places }: Layer): Layer | undefined {
  let plain = ''
  const from: number[] = []
  let done = 0
  const keep = (end: number) => {
    for (; done < end; done++) {
      plain += characters[done]
      from.push(places[done] as number)
    }
  }
  for (const match of characters.matchAll(escapes)) {
    const { hex, decimal = '', entity = '', other } = match.groups as Partial<Record<string, string>>
    const code = hex ? Number.parseInt(hex, 16) : Number(decimal)
    keep(match.index)
    plain += folded(entities[entity] ?? other ?? String.fromCharCode(code))
    from.push(places[done] as number)
    done += match[0].length
  }
  if (done === 0) return undefined
  keep(characters.length)
  return { characters: plain, places: [...from, places[characters.length] as number] }
}
