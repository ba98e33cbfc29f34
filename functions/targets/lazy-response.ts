import { Readable } from 'node:stream'
import type {
  ReadableStream,
  ReadableStreamIteratorOptions,
  ReadableWritablePair,
  StreamPipeOptions,
  WritableStream,
} from 'node:stream/web'
import type { Dispatcher } from 'undici'

/** Statuses without a body (RFC 9110, 15). */
const bodiless: ReadonlySet<number> = new Set([204, 205, 304])

/**
 * `Headers` that need nothing of Node's `fetch`: to load that costs 28 ms of CPU at a cold start. They keep the order in which names came,
 * and check neither names nor values: undici checks what it sends.
 */
export class PlainHeaders implements Headers {
  readonly #values = new Map<string, string>()
  constructor(init: ConstructorParameters<typeof Headers>[0] = {}) {
    const given = Symbol.iterator in init ? init : Object.entries(init)
    for (const [name, value] of given) this.#values.set(name.toLowerCase(), String(value))
  }
  get = (name: string) => this.#values.get(name.toLowerCase()) ?? null
  has = (name: string) => this.#values.has(name.toLowerCase())
  set = (name: string, value: string) => void this.#values.set(name.toLowerCase(), value)
  append = (name: string, value: string) =>
    this.set(name, this.has(name) ? `${this.get(name)}, ${value}` : value)
  delete = (name: string) => void this.#values.delete(name.toLowerCase())
  getSetCookie = () => [this.get('set-cookie') ?? []].flat()
  keys = () => this.#values.keys()
  values = () => this.#values.values()
  entries = () => this.#values.entries();
  [Symbol.iterator] = this.entries
  forEach = (told: (value: string, name: string, headers: Headers) => void) => {
    for (const [name, value] of this) told(value, name, this)
  }
}

/** A body that is iterated as Node's stream. All else makes it a web stream, which costs as much CPU as a request. */
class LazyBody implements ReadableStream<Uint8Array> {
  readonly #source: Readable
  #web: ReadableStream<Uint8Array> | undefined
  constructor(source: Readable) {
    this.#source = source
  }
  get web() {
    this.#web ??= Readable.toWeb(this.#source)
    return this.#web
  }
  get locked() {
    return this.web.locked
  }
  get getReader(): ReadableStream<Uint8Array>['getReader'] {
    return this.web.getReader.bind(this.web)
  }
  cancel = (reason?: unknown) => this.web.cancel(reason)
  pipeThrough = <T>(pair: ReadableWritablePair<T, Uint8Array>, options?: StreamPipeOptions) =>
    this.web.pipeThrough(pair, options)
  pipeTo = (to: WritableStream<Uint8Array>, options?: StreamPipeOptions) => this.web.pipeTo(to, options)
  tee = () => this.web.tee()
  values = (options?: ReadableStreamIteratorOptions) => this.web.values(options);
  [Symbol.asyncIterator] = (options?: ReadableStreamIteratorOptions) =>
    options || this.#web ? this.values(options) : this.#source[Symbol.asyncIterator]()
}

/**
 * An answer of undici's `request` as a `Response`. Status, headers and the chunks of the body are at hand. For all else Node's own `Response`
 * is made when it is asked for. Of a repeated header it keeps the first. Where the status forbids a body, `body` is null, and who made the
 * request must read the answer to its end.
 */
export class LazyResponse implements Response {
  readonly #answer: Dispatcher.ResponseData
  readonly #body: LazyBody | null
  #whole: Response | undefined
  readonly headers: Headers
  readonly url: string
  readonly redirected = false
  readonly type = 'default'
  constructor(url: string, answer: Dispatcher.ResponseData) {
    this.#answer = answer
    this.#body = bodiless.has(answer.statusCode) ? null : new LazyBody(answer.body)
    this.headers = new PlainHeaders()
    for (const [name, value] of Object.entries(answer.headers)) {
      this.headers.set(name, (Array.isArray(value) ? value[0] : value) ?? '')
    }
    this.url = url
  }
  get whole() {
    if (this.#whole) return this.#whole
    if (this.bodyUsed) throw new TypeError('the body of the response is read already')
    const { status, statusText, headers } = this
    this.#whole = new Response(this.#body?.web, { status, statusText, headers: [...headers] })
    return this.#whole
  }
  get status() {
    return this.#answer.statusCode
  }
  get statusText() {
    return this.#answer.statusText
  }
  get ok() {
    return this.status >= 200 && this.status < 300
  }
  get body() {
    return this.#whole ? this.#whole.body : this.#body
  }
  get bodyUsed() {
    return this.#body !== null && this.#answer.body.bodyUsed
  }
  text = async () => this.whole.text()
  json = async () => this.whole.json()
  bytes = async () => this.whole.bytes()
  arrayBuffer = async () => this.whole.arrayBuffer()
  blob = async () => this.whole.blob()
  formData = async () => this.whole.formData()
  textStream = () => this.whole.textStream()
  clone = () => this.whole.clone()
}
