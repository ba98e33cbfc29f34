import { describe, expect, test } from '@jest/globals'
import { explain } from '../../../functions/cli/io/aws-errors.ts'

const error = (name: string, message: string, more = {}) =>
  Object.assign(new Error(message), { name, ...more })
const env = { AWS_ENDPOINT_URL_SQS: 'http://127.0.0.1:1', AWS_ENDPOINT_URL: 'http://127.0.0.1:2' }

describe('an error of the SDK is one line', () => {
  test.each<[string, unknown, string]>([
    [
      'without credentials',
      error('CredentialsProviderError', 'Could not load\ncredentials'),
      'no AWS credentials (Could not load credentials): set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY',
    ],
    ['without a region', error('Error', 'Region is missing'), 'no AWS region: set AWS_REGION'],
    ['with old credentials', error('ExpiredToken', 'too old'), 'AWS refuses the credentials: too old'],
    ['with others', error('InvalidClientTokenId', ''), 'AWS refuses the credentials: InvalidClientTokenId'],
    [
      'with too few rights',
      error('AccessDenied', 'no sqs:SendMessage'),
      'access denied; check the permissions of these credentials: no sqs:SendMessage',
    ],
    [
      'with nobody there',
      error('Error', '', { code: 'ECONNREFUSED' }),
      'cannot reach SQS at http://127.0.0.1:1 (AWS_ENDPOINT_URL_SQS): ECONNREFUSED',
    ],
    [
      'with nobody at any address',
      error('AggregateError', '', { errors: [error('Error', '', { code: 'ECONNREFUSED' })] }),
      'cannot reach SQS at http://127.0.0.1:1 (AWS_ENDPOINT_URL_SQS): ECONNREFUSED',
    ],
    [
      'with no answer',
      error('TimeoutError', 'x'),
      'cannot reach SQS at http://127.0.0.1:1 (AWS_ENDPOINT_URL_SQS): no answer in time',
    ],
    [
      'with a wrong endpoint',
      error('TypeError', 'x', { code: 'ERR_INVALID_URL' }),
      'http://127.0.0.1:1 (AWS_ENDPOINT_URL_SQS) is not a URL',
    ],
    ['of any other kind', error('OverLimit', 'too much'), 'SQS: OverLimit: too much'],
    ['that is no error', undefined, 'SQS: Error: '],
  ])('%s', (_, given, expected) => {
    expect(explain(given, env)).toMatchObject({ name: 'Failure', message: expected })
  })
  test('that names the endpoint in use', () => {
    const refused = error('Error', '', { code: 'ECONNREFUSED' })
    expect(explain(refused, { AWS_ENDPOINT_URL: 'http://x' }).message).toContain(
      'http://x (AWS_ENDPOINT_URL)',
    )
    expect(explain(refused, { AWS_REGION: 'eu-west-1' }).message).toContain('its endpoint in eu-west-1')
    expect(explain(refused, {}).message).toContain('its endpoint in the region')
  })
})
