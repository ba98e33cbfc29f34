/** How many characters of a secret in a row are removed at least. */
const minLength = 8

/** How many nested escapes are undone. */
const maxEscapes = 4

/**
 * Replaces 8 or more characters in a row of a secret, or a whole shorter secret, with `[secret]`. It ignores case, and finds
 * the secret escaped for a URL, JSON or HTML, even several times, or in base64. The secrets are visible ASCII. The time is
 * linear in the length of the text.
 */
export function withoutSecrets(text: string, secrets: readonly string[]): string {
  const wanted = formsOf(secrets)
  const hidden = new Uint8Array(text.length)
  let layer: Layer | undefined = rawLayer(text)
  for (let depth = 0; layer && depth <= maxEscapes; depth++, layer = unescaped(layer)) {
    const { characters, places } = layer
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
  const spelled = secrets.flatMap(withoutEscapes)
  const short = spelled.filter(({ length }) => length > 0 && length < minLength)
  const pieces = new Set<string>()
  for (const form of new Set([...spelled, ...secrets.flatMap(base64Of).map(folded)])) {
    for (let at = 0; at + minLength <= form.length; at++) pieces.add(form.slice(at, at + minLength))
  }
  return new Map(
    [...Map.groupBy(short, ({ length }) => length)].map(([length, all]) => [length, new Set(all)]),
  ).set(minLength, pieces)
}

/** A secret, and what is left of it when the escapes of a text are undone: it may have one in it, such as `%2f`. */
function withoutEscapes(secret: string): string[] {
  const forms: string[] = []
  let layer: Layer | undefined = rawLayer(secret)
  for (let depth = 0; layer && depth <= maxEscapes; depth++, layer = unescaped(layer)) {
    forms.push(layer.characters)
  }
  return forms
}

/** The base64 of a secret at each of the three positions in a longer text, without characters that mix in its neighbours. */
function base64Of(secret: string): string[] {
  return [0, 1, 2].flatMap(before => {
    const bytes = Buffer.from('\0'.repeat(before) + secret)
    return (['base64', 'base64url'] as const).map(form =>
      bytes.toString(form).slice(before && before + 1, Math.floor((bytes.length * 8) / 6)),
    )
  })
}

/** A text with the position of each character in the original, and the end of the last one. */
interface Layer {
  readonly characters: string
  readonly places: readonly number[]
}

const rawLayer = (text: string): Layer => ({
  characters: folded(text),
  places: Array.from({ length: text.length + 1 }, (_, at) => at),
})

/** Lower-cases ASCII letters only, so that the length stays the same. */
const folded = (text: string): string => text.replace(/[A-Z]+/g, letters => letters.toLowerCase())

const escapes =
  /%([0-9a-f]{2})|\\u([0-9a-f]{4})|\\x([0-9a-f]{2})|&#x([0-9a-f]{1,6});|&#([0-9]{1,7});|&(amp|lt|gt|quot|apos);|\\(.)/g

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
    const [whole, ...[percent, unicode, byte, hex, decimal, entity, other]] = match
    const code = Number.parseInt(percent ?? unicode ?? byte ?? hex ?? '', 16) || Number(decimal)
    const character = entities[entity ?? ''] ?? other ?? (code < 0x80 ? String.fromCharCode(code) : undefined)
    if (character === undefined) continue
    keep(match.index)
    plain += folded(character)
    from.push(places[done] as number)
    done += whole.length
  }
  if (done === 0) return undefined
  keep(characters.length)
  return { characters: plain, places: [...from, places[characters.length] as number] }
}
