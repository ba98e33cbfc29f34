import { describe, expect, test } from '@jest/globals'
import { redactedError } from '../../functions/core/redact.ts'

const jane = 'jane@example.com'

describe('an exception in a log line', () => {
  test('has its name and its place, and a message without an address or a secret', () => {
    const thrown = new RangeError(`no ${jane}, token abcdef123`)
    const shown = redactedError(thrown)
    expect(shown).toMatchObject({ name: 'RangeError', message: 'no [e-mail], token [secret]' })
    expect(shown.stack).toBe(thrown.stack?.replace(thrown.message, shown.message))
    expect(shown.stack).toContain('redact-error.test.ts')
  })
  test('has its causes, each as clean as itself', () => {
    const thrown = new Error('not sent', { cause: new TypeError(`of ${jane}`, { cause: jane }) })
    const { cause } = redactedError(thrown) as { cause: Error }
    expect(cause).toMatchObject({ name: 'TypeError', message: 'of [e-mail]' })
    expect(cause.cause).toMatchObject({ name: 'Error', message: '[e-mail]' })
  })
  test('has no cause where there is none', () => {
    expect(redactedError(new Error('down'))).not.toHaveProperty('cause')
  })
  test('has its code and what an SDK tells of the request, and nothing else that it bears', () => {
    const request = { code: 'ECONNRESET', $metadata: { httpStatusCode: 400, requestId: 'R1' } }
    const shown = redactedError(Object.assign(new Error('down'), { ...request, Item: { event: jane } }))
    expect(shown).toMatchObject(request)
    expect(shown).not.toHaveProperty('Item')
  })
  test('without a stack is shown without', () => {
    expect(redactedError(Object.assign(new Error('down'), { stack: undefined })).stack).toBeUndefined()
  })
})

test('what was thrown and is no exception is shown as one', () => {
  expect(redactedError(`no ${jane}`).message).toBe('no [e-mail]')
  expect(redactedError(undefined).message).toBe('undefined')
})
