import type { Challenged, IntakeRequest } from '../source-kind.ts'

const header = 'x-okta-verification-challenge'

/** The one-time verification of an event hook: the value of the header comes back in `verification`. */
export function challenge({ headers }: IntakeRequest): Challenged {
  const verification = headers[header]
  return verification
    ? { ok: true, answer: { verification } }
    : { ok: false, detail: `(${header}): is missing` }
}
