import { describe, expect, test } from '@jest/globals'
import { peopleIn } from '../../../functions/core/guard/guard-trial.ts'
import { createGuard, isAnyGuarded } from '../../../functions/core/guard/guards.ts'
import { parseGuards } from '../../../functions/targets/index.ts'
import { memberId, membership, organization, projectId } from '../../support/events.ts'

const member = `wacht/${organization}/${membership}`
const owner = { member, why: 'break-glass owner', senders: ['intake/okta', 'AROAEXAMPLE', 'AIDAEXAMPLE'] }

const problems = (content: unknown): string => {
  const parsed = parseGuards(content)
  return parsed.ok ? 'none' : parsed.problems.join('; ')
}

describe('guards are read', () => {
  test('with members, why, and the senders named for them', () => {
    const guards = { protected: [owner, { member: `project/${projectId}/${memberId}`, why: 'auditor' }] }
    expect(parseGuards(guards)).toEqual({ ok: true, value: guards })
  })
  test('with bursts, whose window is an hour if none is given', () => {
    const scope = `project/${projectId}`
    const burst = [
      { floor: 3 },
      { scope: scope.toUpperCase().replace('PROJECT', 'project'), floor: 4, windowSeconds: 60 },
    ]
    const read = [
      { floor: 3, windowSeconds: 3600 },
      { scope, floor: 4, windowSeconds: 60 },
    ]
    const parsed = parseGuards({ burst })
    expect(parsed).toEqual({ ok: true, value: { burst: read } })
    expect(parsed.ok && isAnyGuarded(parsed.value)).toBe(true)
  })
  test('with UUIDs in one spelling', () => {
    const upper = `project/${projectId.toUpperCase()}/${memberId.toUpperCase()}`
    const read = { protected: [{ member: `project/${projectId}/${memberId}`, why: 'auditor' }] }
    expect(parseGuards({ protected: [{ member: upper, why: 'auditor' }] })).toEqual({ ok: true, value: read })
  })
  test.each([[{}], [{ protected: [], burst: [] }]])('with nothing to guard: %j', content => {
    const parsed = parseGuards(content)
    expect(parsed.ok && isAnyGuarded(parsed.value)).toBe(false)
  })
})

const key = 'k'.repeat(43)
const person = `of-these.${key}`

describe('a protected person', () => {
  const otherKey = 'o'.repeat(43)
  const other = `of-these.${otherKey}`
  const guard = createGuard({
    protected: [
      { person, why: 'owner', senders: ['intake/okta'] },
      { person: other, why: 'auditor', senders: ['intake/hr'] },
    ],
  })

  test('is named by a key, and makes a stage guarded', () => {
    const guards = { protected: [{ person, why: 'owner' }] }
    expect(parseGuards(guards)).toEqual({ ok: true, value: guards })
    expect(isAnyGuarded(guards)).toBe(true)
    expect(peopleIn({ protected: [owner, ...guards.protected] })).toEqual({
      ...{ keys: new Set([key]), fingerprints: new Set(['of-these']), areTried: false },
    })
    expect(peopleIn({ protected: [owner] })).toBeUndefined()
    const tried = { person: `of-those.${'t'.repeat(43)}`, why: 'w', mode: 'shadow' as const }
    expect(peopleIn({ protected: [tried] })).toMatchObject({
      ...{ keys: new Set(['t'.repeat(43)]), areTried: true },
    })
    expect(peopleIn({ protected: [tried, ...guards.protected] })).toMatchObject({
      ...{ fingerprints: new Set(['of-those', 'of-these']), areTried: false },
    })
  })
  test.each([
    ['an event that names the person', { personKey: key }],
    ['a member of the person', { people: [key] }],
  ])('holds %s, unless its sender is named', (_, change) => {
    expect(guard({ member, ...change }, 'intake/hr')).toEqual({
      guard: 'protected',
      detail: `${member} is protected (owner); sender intake/hr is not named for it`,
    })
    expect(guard({ member, ...change }, 'intake/okta')).toBeUndefined()
  })
  test('is not passed by the sender of another person whose key the event has', () => {
    expect(guard({ member, personKey: otherKey, people: [key] }, 'intake/hr')).toMatchObject({
      guard: 'protected',
    })
    expect(guard({ member, personKey: key, people: [otherKey] }, 'intake/okta')).toMatchObject({
      guard: 'protected',
    })
  })
  test('leaves all others alone', () => {
    expect(guard({ member }, 'stranger')).toBeUndefined()
    expect(guard({ member, personKey: 'x'.repeat(43), people: [] }, 'stranger')).toBeUndefined()
  })
})

describe('wrong guards are refused, with the path of each problem', () => {
  test.each<[string, unknown, RegExp]>([
    ['a list', [], /^\(guards\): must be an object of guards$/],
    ['an unknown guard', { owners: [] }, /^owners: is not a known field$/],
    ['members in an object', { protected: {} }, /^protected: must be a list of members$/],
    ['a member without why', { protected: [{ member }] }, /^protected\.0\.why: is missing$/],
    [
      'a member and a person',
      { protected: [{ member, person, why: 'w' }] },
      /^protected\.0: must name a member or a person, and not both$/,
    ],
    ['neither of them', { protected: [{ why: 'w' }] }, /^protected\.0: must name a member or a person/],
    [
      'an address in place of a key',
      { protected: [{ person: 'jane@example.com', why: 'w' }] },
      /^protected\.0\.person: must be the key of a person, as `role-sync hold person-key` prints it$/,
    ],
    [
      'a person twice',
      {
        protected: [
          { person, why: 'a' },
          { person, why: 'b' },
        ],
      },
      /^protected: must not name a member or a person twice$/,
    ],
    ['an empty why', { protected: [{ member, why: '' }] }, /^protected\.0\.why: must not be empty$/],
    [
      'a long why',
      { protected: [{ member, why: 'x'.repeat(201) }] },
      /^protected\.0\.why: must be at most 200/,
    ],
    ['an unknown field', { protected: [{ ...owner, sender: 'x' }] }, /^protected\.0\.sender: is not a known/],
    [
      'a sender with blanks',
      { protected: [{ ...owner, senders: ['a b'] }] },
      /^protected\.0\.senders\.0: must be/,
    ],
    ...['123456789012', 'AROAEXAMPLE:session', 'hr', 'intake/', 'intake/a/b', 'AIDA', 'xAROAEXAMPLE'].map(
      (sender): [string, unknown, RegExp] => [
        `a sender that is neither a source nor a role or user: ${sender}`,
        { protected: [{ ...owner, senders: [sender] }] },
        /^protected\.0\.senders\.0: must be intake\/<source>, or the unique id of a role or user: AROA… or AIDA…$/,
      ],
    ),
    [
      'an unknown target',
      { protected: [{ member: 'okta/1/2', why: 'w' }] },
      /^protected\.0\.member: must be wacht\/<scope>\/<member> or project\/<scope>\/<member>$/,
    ],
    [
      'a member in numbers',
      { protected: [{ member: 7, why: 'w' }] },
      /member: must be the name of a member$/,
    ],
    ['a why in numbers', { protected: [{ member, why: 7 }] }, /^protected\.0\.why: must be a text$/],
    ['a member alone', { protected: [member] }, /^protected\.0: must be an object$/],
    [
      'senders in a text',
      { protected: [{ ...owner, senders: 'AIDAA' }] },
      /^protected\.0\.senders: must be a list of senders$/,
    ],
    [
      'a sender in numbers',
      { protected: [{ ...owner, senders: [7] }] },
      /^protected\.0\.senders\.0: must be the name of a sender$/,
    ],
    ['a floor alone', { burst: [3] }, /^burst\.0: must be an object$/],
    [
      'a scope in numbers',
      { burst: [{ floor: 3, scope: 7 }] },
      /^burst\.0\.scope: must be the name of a scope$/,
    ],
    [
      'a scope alone',
      { protected: [{ member: 'wacht/7', why: 'w' }] },
      /^protected\.0\.member: must be wacht\//,
    ],
    [
      'more than a member',
      { protected: [{ member: `${member}/1`, why: 'w' }] },
      /^protected\.0\.member: must be/,
    ],
    [
      'an id that is none',
      { protected: [{ member: 'wacht/07/1', why: 'w' }] },
      /member: .*without leading zeros/,
    ],
    ['rules in an object', { burst: {} }, /^burst: must be a list of rules$/],
    ['a rule without a floor', { burst: [{}] }, /^burst\.0\.floor: is missing$/],
    [
      'a floor of nobody',
      { burst: [{ floor: 0 }] },
      /^burst\.0\.floor: must be a whole number from 1 to 500$/,
    ],
    [
      'a floor above 500',
      { burst: [{ floor: 501 }] },
      /^burst\.0\.floor: must be a whole number from 1 to 500$/,
    ],
    ['a floor of half a member', { burst: [{ floor: 1.5 }] }, /^burst\.0\.floor: must be a whole number/],
    ['a floor in words', { burst: [{ floor: '3' }] }, /^burst\.0\.floor: must be a whole number/],
    ['a share without a floor', { burst: [{ share: 0.1 }] }, /^burst\.0\.floor: is missing$/],
    ...[0, -0.1, 1.01, '0.1', null].map((share): [string, object, RegExp] => [
      `the share ${JSON.stringify(share)}`,
      { burst: [{ floor: 3, share }] },
      /^burst\.0\.share: must be a number above 0 and at most 1$/,
    ]),
    ...[0.4999996, 0.0000001].map((share): [string, object, RegExp] => [
      `the share ${share}, which is rounded`,
      { burst: [{ floor: 3, share }] },
      /^burst\.0\.share: must have at most 6 decimals$/,
    ]),
    [
      'a window under a minute',
      { burst: [{ floor: 3, windowSeconds: 59 }] },
      /^burst\.0\.windowSeconds: must be a whole number from 60 to 604800$/,
    ],
    [
      'a window over a week',
      { burst: [{ floor: 3, windowSeconds: 604_801 }] },
      /^burst\.0\.windowSeconds: must be a whole number from 60 to 604800$/,
    ],
    [
      'a member as a scope',
      { burst: [{ floor: 3, scope: member }] },
      /^burst\.0\.scope: must be wacht\/<scope> or project\/<scope>$/,
    ],
    ['a scope that is none', { burst: [{ floor: 3, scope: 'wacht/07' }] }, /scope: .*without leading zeros/],
    ['a sender that is none', { burst: [{ floor: 3, sender: 'hr' }] }, /^burst\.0\.sender: must be intake/],
    ['a role that is none', { burst: [{ floor: 3, role: '' }] }, /^burst\.0\.role: must not be empty$/],
    [
      'two rules for the same',
      { burst: [{ floor: 3, sender: 'AIDAA' }, { floor: 4 }, { floor: 5, sender: 'AIDAA' }] },
      /^burst: must not have two rules for the same scope, sender and role$/,
    ],
    [
      'a member twice',
      { protected: [owner, owner] },
      /^protected: must not name a member or a person twice$/,
    ],
  ])('%s', (_, content, problem) => expect(problems(content)).toMatch(problem))
})

describe('a protected member', () => {
  const guard = createGuard({ protected: [owner, { member: 'wacht/7/8', why: 'owner of last resort' }] })

  test.each(owner.senders)('is changed by the sender that is named for it: %s', sender =>
    expect(guard({ member }, sender)).toBeUndefined(),
  )
  test('holds the changes of every other sender, with the facts', () =>
    expect(guard({ member }, 'AROAOTHER')).toEqual({
      guard: 'protected',
      detail: `${member} is protected (break-glass owner); sender AROAOTHER is not named for it`,
    }))
  test('holds the changes of an unknown sender', () =>
    expect(guard({ member }, '')?.detail).toMatch(/; an unknown sender is not named for it$/))
  test('holds every change if no sender is named for it', () =>
    expect(guard({ member: 'wacht/7/8' }, 'intake/okta')).toBeDefined())
  test('guards no other member', () => expect(guard({ member: 'wacht/7/9' }, 'AROAOTHER')).toBeUndefined())
  test('is protected by its id in every scope: a target may not look at the scope', () => {
    const elsewhere = `wacht/1/${membership}`
    expect(owner.senders.map(sender => guard({ member: elsewhere }, sender)?.detail)).toEqual([
      `${elsewhere} is protected (break-glass owner); sender intake/okta is not named for it`,
      `${elsewhere} is protected (break-glass owner); sender AROAEXAMPLE is not named for it`,
      `${elsewhere} is protected (break-glass owner); sender AIDAEXAMPLE is not named for it`,
    ])
    expect(guard({ member: `project/1/${membership}` }, 'intake/okta')).toBeUndefined()
  })
})
