import { createHash, timingSafeEqual } from 'node:crypto'
import type { IntakeRequest } from '../source-kind.ts'

/**
 * Whether the request bears the value that the event hook was given as its authentication secret; Okta sends it with every
 * request, that of the challenge included. Digests have one length, and so nothing is told of the secret's.
 */
export const verify = ({ headers }: IntakeRequest, token: string): boolean =>
  timingSafeEqual(digest(headers.authorization ?? ''), digest(token))

const digest = (text: string): Buffer => createHash('sha256').update(text).digest()
