import { describe, expect, test } from '@jest/globals'
import { readSettings } from '../../functions/intake/intake-settings.ts'
import { secretSetting } from '../../functions/intake/source-kinds.ts'
import { bodyOf } from '../support/events.ts'
import { startIntake } from './fake-world.ts'
import { signed } from './requests.ts'
import { cloudevents, okta, token } from './subjects.ts'

test('what a source sends and is none of ours is counted by its reason', async () => {
  const { post, world } = startIntake(okta.declared)
  await post(okta.sign(okta.documented, token))
  expect(world.records).toMatchObject([{ ignored: { other_event_type: 1 } }])
})

describe('the secret of a source that is none of its kind', () => {
  const word = 'a word of 16 or more'
  test.each([
    ...['\n', ' ', '\t', '\0', 'é'].flatMap(odd => [`${odd}${word}`, `${word}${odd}`]),
    ...['', 'a-word-under-16', `a${' '.repeat(20)}`, `one line\nof ${word}`],
  ])('is told for Okta by what a header can hold, and never shown: %j', async secret => {
    const { post, world } = startIntake(okta.declared)
    world.secret = JSON.stringify({ token: secret })
    expect(await post(okta.sign(okta.documented, secret))).toEqual({ status: 503 })
    const [told = ''] = world.troubles
    expect(told).toContain('each the value of the Authorization header: 16 or more visible ASCII characters')
    expect(told).not.toContain(word)
  })
  test('is told for Standard Webhooks by what a key of it is', async () => {
    const { post, world } = startIntake(cloudevents.declared)
    world.secret = JSON.stringify({ token: token.slice(6) })
    expect(await post(cloudevents.sign(cloudevents.documented, token))).toEqual({ status: 503 })
    expect(world.troubles[0]).toContain(
      'each a key of Standard Webhooks: whsec_ and 24 to 64 bytes in base64',
    )
  })
})

describe('the settings', () => {
  const env = {
    CHANGES_QUEUE_URL: 'https://sqs.eu-central-1.amazonaws.com/1/changes',
    DEADLINE_MS: '2500',
    HR_SOURCE_SECRET_ARN: 'arn:hr',
    OKTA_EU_2_SOURCE_SECRET_ARN: 'arn:okta',
  }
  const sources = ['hr', 'okta-eu-2']

  test('have a secret for each source, its own', () => {
    expect(sources.map(secretSetting)).toEqual(['HR_SOURCE_SECRET_ARN', 'OKTA_EU_2_SOURCE_SECRET_ARN'])
    const { changesQueueUrl, deadlineMs, secretArn } = readSettings(sources, env)
    expect({ changesQueueUrl, deadlineMs }).toEqual({
      changesQueueUrl: env.CHANGES_QUEUE_URL,
      deadlineMs: 2500,
    })
    expect(sources.map(secretArn)).toEqual(['arn:hr', 'arn:okta'])
  })
  test('have the table and the function of the sweep if a source gives hints', () => {
    const sweep = { SWEEP_TABLE: 'table', SWEEP_FUNCTION: 'sweep' }
    expect(readSettings(sources, { ...env, ...sweep }, true)).toMatchObject({
      ...{ sweepTable: 'table', sweepFunction: 'sweep' },
    })
    expect(readSettings(sources, env)).toMatchObject({ sweepTable: undefined, sweepFunction: undefined })
    for (const name of Object.keys(sweep))
      expect(() => readSettings(sources, { ...env, ...sweep, [name]: undefined }, true)).toThrow(
        `${name}: is missing`,
      )
  })
  test.each(Object.keys(env))('are refused without %s', name => {
    expect(() => readSettings(sources, { ...env, [name]: undefined })).toThrow(`${name}: is missing`)
  })
})

test.each([
  ...['//workday.example.com/role-changes/x', '//workday.example.com/role-change', '/role-changes'],
  ...['//WORKDAY.example.com/role-changes', ' //workday.example.com/role-changes', 'x//workday.example.com'],
])('a source may send in its own name alone: %p is another', async source => {
  const { post, world } = startIntake(cloudevents.declared)
  const body = bodyOf({ source })
  const headers = { ...signed(body, token), 'content-type': 'application/json' }
  expect(await post({ headers, body })).toMatchObject({
    status: 400,
    body: { refused: [{ reason: 'source_not_allowed' }] },
  })
  expect(world.queue).toEqual([])
})
