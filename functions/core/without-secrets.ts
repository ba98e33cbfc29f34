/** So many characters of a secret in a row give away enough of it to be taken out. */
const run = 8

/** So many escapes over one another are undone. */
const mostEscapes = 4

/**
 * The text with `[secret]` where it holds 8 or more characters in a row of one of the secrets, or all of a shorter one: in
 * capitals or small letters, escaped for a URL, JSON or HTML, even several times, or in base64. The secrets are visible
 * ASCII. The time it takes grows with the length of the text.
 */
export function withoutSecrets(text: string, secrets: readonly string[]): string {
  const wanted = formsOf(secrets)
  const hidden = new Uint8Array(text.length)
  let layer: Layer | undefined = rawLayer(text)
  for (let depth = 0; layer && depth <= mostEscapes; depth++, layer = unescaped(layer)) {
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

/** What is sought: pieces of the secrets, by their length. */
function formsOf(secrets: readonly string[]): ReadonlyMap<number, ReadonlySet<string>> {
  const short = secrets.filter(({ length }) => length > 0 && length < run).map(folded)
  const pieces = new Set<string>()
  for (const form of new Set(secrets.flatMap(secret => [secret, ...base64Of(secret)]).map(folded))) {
    for (let at = 0; at + run <= form.length; at++) pieces.add(form.slice(at, at + run))
  }
  return new Map(
    [...Map.groupBy(short, ({ length }) => length)].map(([length, all]) => [length, new Set(all)]),
  ).set(run, pieces)
}

/** The base64 of a secret wherever it stands in a longer text, without the characters that its neighbours have part in. */
function base64Of(secret: string): string[] {
  return [0, 1, 2].flatMap(before => {
    const bytes = Buffer.from('\0'.repeat(before) + secret)
    return (['base64', 'base64url'] as const).map(form =>
      bytes.toString(form).slice(before && before + 1, Math.floor((bytes.length * 8) / 6)),
    )
  })
}

/** A text, and where in the original each of its characters begins; one place more says where the last one ends. */
interface Layer {
  readonly characters: string
  readonly places: readonly number[]
}

const rawLayer = (text: string): Layer => ({
  characters: folded(text),
  places: Array.from({ length: text.length + 1 }, (_, at) => at),
})

/** Small letters, in ASCII only: no other text changes its length. */
const folded = (text: string): string => text.replace(/[A-Z]+/g, letters => letters.toLowerCase())

const escapes =
  /%([0-9a-f]{2})|\\u([0-9a-f]{4})|\\x([0-9a-f]{2})|&#x([0-9a-f]{1,6});|&#([0-9]{1,7});|&(amp|lt|gt|quot|apos);|\\(.)/g

const entities: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" }

/** The layer with one level of escapes undone; undefined where it has none. */
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
