import { expect, test } from '@jest/globals'
import {
  guardsContext,
  sampleGuards,
  sampleSources,
  sourcesContext,
} from '../../infra/local/run/local-synthesis.ts'

test('the sample’s sources are let in where nothing else is said', () => {
  expect(sourcesContext({ retryFromSeconds: '1' })).toEqual({ sources: sampleSources })
})
test.each([
  ['other sources', { sources: 'mine.json' }],
  ['other roles, of which they do not speak', { roles: 'mine.json' }],
])('and not beside %s', (_, context) => {
  expect(sourcesContext(context)).toEqual({})
})

test('the sample’s guards count where nothing else is said', () => {
  expect(guardsContext({ retryFromSeconds: '1' })).toEqual({
    ...{ guards: sampleGuards, sweep: 'on', reassert: 'on' },
  })
})
test.each([
  ['other guards', { guards: 'mine.json' }],
  ['other sources, which they do not name', { sources: 'mine.json' }],
  ['other roles', { roles: 'mine.json' }],
  ['a sweep that is off', { sweep: 'off' }],
  ['re-assertions that are off', { reassert: 'off' }],
])('and not beside %s', (_, context) => {
  expect(guardsContext(context)).toEqual({})
})
