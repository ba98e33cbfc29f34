/** The most that is read of an answer's body, in bytes (DESIGN 6). */
export const maxBodyBytes = 1_048_576

/**
 * Reads a body as JSON: undefined when it is not JSON, not UTF-8 or over the limit, where reading stops. `clean` is what
 * becomes of the text first. Rejects as the stream does when it breaks or time runs out.
 */
export async function readJson(
  stream: ReadableStream<Uint8Array> | null | undefined,
  clean = (text: string) => text,
): Promise<unknown> {
  if (!stream) return undefined
  const chunks: Uint8Array[] = []
  let bytes = 0
  for await (const chunk of stream) {
    bytes += chunk.byteLength
    if (bytes > maxBodyBytes) return undefined
    chunks.push(chunk)
  }
  try {
    return JSON.parse(clean(new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(chunks))))
  } catch {
    return undefined
  }
}
