import { asObject, parseJson } from '../json.ts'

/** The media type of one whole event (CloudEvents JSON format 1.0.2, 3). */
export const eventMediaType = 'application/cloudevents+json'

/**
 * The names of headers and message attributes that hold an event's own attributes: `ce-id` in HTTP, `ce_id` in Kafka, `cloudEvents_id` in
 * AMQP (CloudEvents bindings 1.0.2, binary content mode). Every event has these four.
 */
const attributeName = /^(?:ce[-_]|cloudevents_)(?:id|source|specversion|type)$/i

/**
 * The problem of an event in CloudEvents binary mode, as `path: rule`: its attributes are beside its body. Undefined for any other
 * event. `names` are those of the headers or of the message attributes.
 */
export function binaryModeProblem(names: readonly string[], body: string): string | undefined {
  if (!names.some(name => attributeName.test(name)) || isWhole(body)) return undefined
  return `(body): has only the data of the event (CloudEvents binary mode). A signature covers the body alone, so send the whole event in the body: use structured mode, with the content type ${eventMediaType}`
}

/** Whether the body is a whole event. Attributes beside it do not matter then. */
function isWhole(body: string): boolean {
  const json = parseJson(body)
  return json.ok && asObject(json.value)?.specversion !== undefined
}
