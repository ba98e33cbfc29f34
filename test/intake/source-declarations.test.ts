import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { methodsOf, parseSources, secretSetting, sourcePath } from '../../functions/intake/source-kinds.ts'
import { cloudevents, okta } from './subjects.ts'

const state = { roleId: '7' }
const catalogue = {
  manager: { wacht: { 1: state }, project: { p: state } },
  reader: { wacht: { 1: state }, project: { p: state } },
}
const problemsOf = (content: unknown): readonly string[] => {
  const parsed = parseSources(content, { catalogue, reservedSecrets: ['wacht'] })
  return parsed.ok ? [] : parsed.problems
}
const hr = { kind: 'cloudevents', secret: 'hr' }
const group = '00g1emaKYZTWRYYRRTSK'
const oktaWith = (groups: unknown) => ({ okta: { kind: 'okta', secret: 'okta', groups } })
const wachtWith = (organizations: unknown) => ({
  wacht: { kind: 'wacht', secret: 'wacht-webhook', organizations },
})

test('a source of hints needs the sweep', () => {
  const declared = { hr, ...wachtWith(['7']) }
  expect(problemsOf(declared)).toEqual([])
  expect(parseSources(declared, { isSweepOff: true })).toEqual({
    ok: false,
    problems: ['wacht.kind: wacht needs the sweep, which is off; set sweep to on'],
  })
})

test('a file may declare no source, or several of a kind', () => {
  expect(problemsOf({})).toEqual([])
  expect(problemsOf({ hr, 'hr-2': { ...hr, secret: 'hr-2' }, okta: okta.declaration })).toEqual([])
})

test.each(['sources.json', 'local/sample/sample-sources.json'])(
  '%s fits the catalogue of this repository',
  file => {
    const read = (name: string) =>
      JSON.parse(readFileSync(join(import.meta.dirname, '../../infra', name), 'utf8'))
    const parsed = parseSources(read(file), { catalogue: read('roles.json') })
    expect(parsed).toMatchObject({ ok: true })
  },
)

test('a declaration is read by its kind', () => {
  const parsed = parseSources({ one: okta.declaration, two: cloudevents.declaration })
  expect(parsed.ok && parsed.value.map(({ name, kind, secret }) => [name, kind.name, secret])).toEqual([
    ['one', 'okta', 'okta-event-hook'],
    ['two', 'cloudevents', 'hr-webhook'],
  ])
  expect(parsed.ok && parsed.value.map(({ kind }) => methodsOf(kind))).toEqual([['POST', 'GET'], ['POST']])
})

test('a source has a path and a setting of its own', () => {
  expect(sourcePath('hr-2')).toBe('/sources/hr-2')
  expect(secretSetting('hr-2')).toBe('HR_2_SOURCE_SECRET_ARN')
})

test('who is removed from a group must lose its role wherever it means something', () => {
  const narrow = {
    ...catalogue,
    ...{ guest: { wacht: { 1: state } }, head: { wacht: { 1: state, 2: state }, project: { p: state } } },
  }
  const asked = (added: string, removed: string) => {
    const parsed = parseSources(oktaWith({ [group]: { added, removed } }), { catalogue: narrow })
    return parsed.ok ? [] : parsed.problems
  }
  expect(asked('manager', 'guest')).toEqual([
    `okta.groups.${group}.removed: the catalogue has no such role in project/p, so manager would stay; add the role there`,
  ])
  expect(asked('head', 'guest')).toEqual([
    `okta.groups.${group}.removed: the catalogue has no such role in wacht/2, project/p, so head would stay; add the role there`,
  ])
  expect(asked('guest', 'manager')).toEqual([])
})

test('a group may leave open what its removal means', () => {
  expect(problemsOf(oktaWith({ [group]: { added: 'manager' } }))).toEqual([])
})

test('a catalogue without a role says so', () => {
  const parsed = parseSources(oktaWith({ [group]: { added: 'manager' } }), { catalogue: {} })
  expect(parsed).toEqual({
    ok: false,
    problems: [`okta.groups.${group}.added: the catalogue has no such role; it has: none`],
  })
})

describe('what is wrong is told by path and rule', () => {
  test.each<[content: unknown, problem: string]>([
    [[], '(sources): must be an object of sources'],
    [null, '(sources): must be an object of sources'],
    [{ Okta: hr }, 'Okta: must be lower-case letters and digits, in parts with single hyphens between'],
    [{ 'a--b': hr }, 'a--b: must be lower-case letters and digits, in parts with single hyphens between'],
    [{ hr_2: hr }, 'hr_2: must be lower-case letters and digits, in parts with single hyphens between'],
    [{ ['a'.repeat(41)]: hr }, `${'a'.repeat(41)}: must be at most 40 characters`],
    [{ hr: 'x' }, 'hr: must be an object'],
    [{ hr: { secret: 'hr' } }, 'hr.kind: is missing'],
    [{ hr: { ...hr, kind: 'workos' } }, 'hr.kind: must be one of cloudevents, okta, wacht'],
    [{ hr: { kind: 'cloudevents' } }, 'hr.secret: is missing'],
    [
      { hr: { ...hr, secret: 'role-sync/prod/hr' } },
      'hr.secret: must be lower-case letters and digits, in parts with single hyphens between',
    ],
    [
      { hr: { ...hr, secret: 'wacht' } },
      'hr.secret: role-sync itself uses this secret already; give each source its own',
    ],
    [{ hr, sap: hr }, 'sap.secret: source hr uses this secret already; give each source its own'],
    [{ hr: { ...hr, groups: {} } }, 'hr.groups: is not a known field'],
    [
      JSON.parse('{"constructor":{},"__proto__":{}}'),
      '(sources): must not name __proto__, constructor, prototype',
    ],
    [
      { hr: { ...hr, roles: ['manager'] } },
      'hr.roles: must be an object from names of roles to catalogue roles',
    ],
    [
      { hr: { ...hr, roles: { prototype: 'manager' } } },
      'hr.roles: must not name __proto__, constructor, prototype',
    ],
    [oktaWith([]), 'okta.groups: must be an object of groups, by their ids'],
    [oktaWith({ constructor: {} }), 'okta.groups: must not name __proto__, constructor, prototype'],
    [{ hr: { ...hr, source: '' } }, 'hr.source: must not be empty'],
    [{ hr: { ...hr, source: 7 } }, 'hr.source: must be a string'],
    [{ hr: { ...hr, source: 'x'.repeat(513) } }, 'hr.source: must be at most 512 characters'],
    [{ hr: { ...hr, secret: 7 } }, 'hr.secret: must be a string'],
    [
      { hr: { ...hr, secret: 'A'.repeat(41) } }, // one problem of it is told
      'hr.secret: must be lower-case letters and digits, in parts with single hyphens between',
    ],
    [{ hr: { ...hr, roles: { Boss: 7 } } }, 'hr.roles.Boss: must be the name of a catalogue role'],
    [
      { hr: { ...hr, roles: { Boss: 'boss' } } },
      'hr.roles.Boss: the catalogue has no such role; it has: manager, reader',
    ],
    [{ okta: { kind: 'okta', secret: 'okta' } }, 'okta.groups: is missing'],
    [wachtWith(undefined), 'wacht.organizations: is missing'],
    [wachtWith('7'), 'wacht.organizations: must be an array of the ids of organizations'],
    [wachtWith([]), 'wacht.organizations: must not be empty'],
    [
      wachtWith(Array.from({ length: 51 }, (_, n) => `${n + 1}`)),
      'wacht.organizations: must be at most 50 ids',
    ],
    [
      wachtWith([7]),
      'wacht.organizations.0: must be a string of decimal digits, not a number: a JSON number loses digits above 2^53',
    ],
    [
      oktaWith({ Everyone: { added: 'reader' } }),
      'okta.groups.Everyone: must be the id of an Okta group (00g and 17 letters or digits), not its name',
    ],
    ...[`x${group}`, `${group}x`, group.slice(1), group.slice(0, -1)].map((id): [unknown, string] => [
      oktaWith({ [id]: { added: 'reader' } }),
      `okta.groups.${id}: must be the id of an Okta group (00g and 17 letters or digits), not its name`,
    ]),
    [oktaWith({ [group]: 'manager' }), `okta.groups.${group}: must be an object with added and removed`],
    [oktaWith({ [group]: { removed: 'reader' } }), `okta.groups.${group}.added: is missing`],
    [
      oktaWith({ [group]: { added: 'manager', gone: 'x' } }),
      `okta.groups.${group}.gone: is not a known field`,
    ],
    [
      oktaWith({ [group]: { added: 'nobody', removed: 'reader' } }),
      `okta.groups.${group}.added: the catalogue has no such role; it has: manager, reader`,
    ],
    [
      oktaWith({ [group]: { added: 'manager', removed: 'nobody' } }),
      `okta.groups.${group}.removed: the catalogue has no such role; it has: manager, reader`,
    ],
  ])('%j', (content, problem) => {
    expect(problemsOf(content)).toEqual([problem])
  })
})
