import type { Answer } from '../../functions/core/outcome/http-answer.ts'

/** The three shapes of an error that Wacht publishes. */
export const errorShapes = [
  (message: string, code: number) => ({ errors: [{ message, code }] }),
  (message: string, status: number) => ({ error: { code: 'some_code', message, status } }),
  (message: string) => ({ error: message }),
]

/** How a target quotes the token that it refuses. */
export const quotings: readonly ((token: string) => string)[] = [
  token => `Bearer ${token} is not valid`,
  token => `no such key: ${inPercent(token)}`,
  token => `cannot read ${inBase64(token)}`,
]

/** A text as a URL may spell it, every character encoded. */
export const inPercent = (text: string): string => Buffer.from(text).toString('hex').replace(/../g, '%$&')

/** A text in base64. */
export const inBase64 = (text: string): string => Buffer.from(text).toString('base64')

/** What a proxy says that knows nothing of the API. */
export const page: Answer = {
  ...{ kind: 'answered', status: 200 },
  unreadable: { why: 'not JSON', contentType: 'text/html', bytes: 83 },
}

/** A list that is longer than any answer may be. */
export const tooLarge: Answer = {
  ...{ kind: 'answered', status: 200 },
  unreadable: { why: 'over 1 MiB', contentType: 'application/json', bytes: 1_048_577 },
}
