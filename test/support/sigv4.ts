import { createHash, createHmac } from 'node:crypto'

/** A request to the root of a service as it arrived, with headers in lower case. */
export interface SignedRequest {
  readonly method: string
  readonly url: string
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>
  readonly body: string
}

const hash = (text: string): string => createHash('sha256').update(text).digest('hex')
const hmac = (key: string | Buffer, text: string): Buffer => createHmac('sha256', key).update(text).digest()

/**
 * The `Authorization` that AWS expects of a request, computed from the steps of AWS's page alone
 * (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html).
 */
export function expectedAuthorization(
  { method, url, headers, body }: SignedRequest,
  { key, secret, region, service }: Record<'key' | 'secret' | 'region' | 'service', string>,
): string {
  const time = String(headers['x-amz-date'])
  const signed = Object.keys(headers)
    .filter(name => ['host', 'content-type'].includes(name) || name.startsWith('x-amz-'))
    .sort()
  const lines = signed.map(name => `${name}:${String(headers[name]).trim()}\n`).join('')
  const canonical = [method, url, '', lines, signed.join(';'), hash(body)].join('\n')
  const scope = `${time.slice(0, 8)}/${region}/${service}/aws4_request`
  const signingKey = scope.split('/').reduce<string | Buffer>(hmac, `AWS4${secret}`)
  const signature = hmac(signingKey as Buffer, ['AWS4-HMAC-SHA256', time, scope, hash(canonical)].join('\n'))
  return `AWS4-HMAC-SHA256 Credential=${key}/${scope}, SignedHeaders=${signed.join(';')}, Signature=${signature.toString('hex')}`
}
