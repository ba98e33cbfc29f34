import { describe, expect, test } from '@jest/globals'
import { binaryModeProblem } from '../../../functions/core/event/binary-mode.ts'
import { bodyOf, wachtData } from '../../support/events.ts'

const data = JSON.stringify(wachtData)

describe('binary mode', () => {
  test.each([
    ...[['ce-id'], ['Ce-Source'], ['ce_specversion'], ['cloudEvents_type'], ['content-type', 'ce-type']],
  ])('is seen by the names beside the body: %j', (...names) => {
    expect(binaryModeProblem(names, data)).toMatch(/^\(body\): .*application\/cloudevents\+json$/)
  })
  test.each([[], ['id'], ['ce-time'], ['once-id'], ['ce-identity'], ['ce'], ['trail', 'replays']])(
    'is not seen in other names: %j',
    (...names) => expect(binaryModeProblem(names as string[], data)).toBeUndefined(),
  )
  test.each(['', 'text', '[]', '[{"specversion":"1.0"}]', 'null', '{}'])(
    'is seen whatever the data is: %j',
    body => expect(binaryModeProblem(['ce-id'], body)).toBeDefined(),
  )
  test.each([bodyOf(), bodyOf({ specversion: '0.3' }), '{"specversion":null}'])(
    'is not a whole event in the body: %j',
    body => expect(binaryModeProblem(['ce-id'], body)).toBeUndefined(),
  )
})
