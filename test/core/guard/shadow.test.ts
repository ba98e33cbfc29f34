import { describe, expect, test } from '@jest/globals'
import { createGuardModes } from '../../../functions/core/guard/guard-trial.ts'
import { type Guards, isAnyGuarded } from '../../../functions/core/guard/guards.ts'
import { createShadowed, shadowFacts } from '../../../functions/core/guard/shadow.ts'
import { parseGuards } from '../../../functions/targets/index.ts'
import { membership, organization } from '../../support/events.ts'

const scope = `wacht/${organization}`
const member = `${scope}/${membership}`
const owner = { member, why: 'owner' }
const withdrawal = { member: `${scope}/1`, withdraws: { scope, role: 'reader' } }

const problems = (content: unknown): string => {
  const parsed = parseGuards(content)
  return parsed.ok ? 'none' : parsed.problems.join('; ')
}

describe('shadow mode is read', () => {
  test('of members and people, of rules for bursts, and of senders at targets', () => {
    const guards = {
      protected: [
        { ...owner, mode: 'shadow' },
        { person: `of-these.${'x'.repeat(43)}`, why: 'w', mode: 'shadow' },
      ],
      burst: [{ floor: 3, windowSeconds: 60, mode: 'enforce' }],
      shadow: [{ sender: 'intake/okta', target: 'wacht' }, { target: 'project' }],
    }
    expect(parseGuards(guards)).toEqual({ ok: true, value: guards })
  })
  test.each([
    [{ shadow: [{ target: 'okta' }] }, 'shadow.0.target: must be wacht or project'],
    [{ shadow: [{}] }, 'shadow.0.target: is missing'],
    [
      { shadow: [{ target: 'wacht', sender: 'hr' }] },
      'shadow.0.sender: must be intake/<source>, or the unique id of a role or user: AROA… or AIDA…',
    ],
    [{ shadow: ['wacht'] }, 'shadow.0: must be an object'],
    [{ shadow: 'wacht' }, 'shadow: must be a list of senders and targets'],
    [{ shadow: [{ target: 'wacht', source: 'x' }] }, 'shadow.0.source: is not a known field'],
    [
      { shadow: [{ target: 'wacht' }, { target: 'wacht' }] },
      'shadow: must not have two entries for the same sender and target',
    ],
    [{ burst: [{ floor: 3, mode: 'off' }] }, 'burst.0.mode: must be enforce or shadow'],
    [{ protected: [{ ...owner, mode: 'off' }] }, 'protected.0.mode: must be enforce or shadow'],
  ])('%j is wrong', (content, problem) => expect(problems(content)).toBe(problem))
  test('a file that only shadows is there to be kept: senders must be verified', () =>
    expect(isAnyGuarded({ shadow: [{ target: 'wacht' }] })).toBe(true))
})

describe('a guard in shadow mode', () => {
  const modes = (guards: Guards) => createGuardModes(guards)
  test('holds nothing, and tells what it would hold', () => {
    const { guard, trial } = modes({ protected: [{ ...owner, mode: 'shadow' }] })
    expect(guard({ member }, 'AIDA1')).toBeUndefined()
    expect(trial?.({ member }, 'AIDA1')?.guard).toBe('protected')
  })
  test('is not there if every guard is enforced', () =>
    expect(modes({ protected: [owner], burst: [{ floor: 3, windowSeconds: 60 }] })).toEqual({
      guard: expect.any(Function),
    }))
  test('says nothing of what is enforced, nor of a change that no guard is for', () => {
    const burst = [{ floor: 1, windowSeconds: 60, mode: 'shadow' as const }]
    const { trial } = modes({ protected: [owner], burst })
    expect(trial?.({ member }, 'AIDA1')).toBeUndefined()
    expect(trial?.({ member: `${scope}/1` }, 'AIDA1')).toBeUndefined()
    expect(trial?.(withdrawal, 'AIDA1')?.guard).toBe('burst')
  })
  test('stands beside senders that are shadowed', () => {
    const { isShadowed, trial } = modes({ shadow: [{ target: 'wacht' }] })
    expect([isShadowed?.('wacht', 'AIDA1'), isShadowed?.('project', 'AIDA1'), trial]).toEqual([
      ...[true, false, undefined],
    ])
  })
  test('of a burst would count only where it is the rule that counts', () => {
    const { guard, trial } = modes({
      burst: [
        { floor: 1, windowSeconds: 60, mode: 'shadow' },
        { floor: 2, windowSeconds: 60, sender: 'intake/okta' },
      ],
    })
    expect(guard(withdrawal, 'intake/okta')?.limit).toMatchObject({ floor: 2 })
    expect(trial?.(withdrawal, 'intake/okta')).toBeUndefined()
    expect(guard(withdrawal, 'AIDA1')).toBeUndefined()
    expect(trial?.(withdrawal, 'AIDA1')?.limit).toMatchObject({ floor: 1, isTrial: true })
  })
  test('of a burst leaves the change to the next rule, as if it were not there', () => {
    const burst = [
      { floor: 9, windowSeconds: 60 },
      { floor: 1, windowSeconds: 60, sender: 'intake/okta', mode: 'shadow' as const },
    ]
    const { guard, trial } = modes({ burst })
    expect(guard(withdrawal, 'intake/okta')?.limit?.floor).toBe(9)
    expect(trial?.(withdrawal, 'intake/okta')?.limit?.floor).toBe(1)
  })
})

describe('a sender is shadowed at a target', () => {
  const isShadowed = createShadowed([{ sender: 'intake/okta', target: 'wacht' }, { target: 'project' }])
  test.each([
    ['wacht', 'intake/okta', true],
    ['wacht', 'intake/ad', false],
    ['wacht', '', false],
    ['project', 'intake/ad', true],
    ['project', '', true],
  ])('%s, sender "%s": %s', (target, sender, is) => expect(isShadowed(target, sender)).toBe(is))
})

describe('what a shadowed change would have met', () => {
  const same = () => true
  test.each<[string, Parameters<typeof shadowFacts>, object]>([
    ['the wanted state', [undefined, { roleId: '1' }, same], { shows: 'same', shown: { roleId: '1' } }],
    ['another', [undefined, { roleId: '1' }, () => false], { shows: 'differs', shown: { roleId: '1' } }],
    ['no such member', ['burst', 'absent', same], { wouldHold: 'burst', shows: 'absent' }],
    ['nothing', [undefined, undefined, same], { shows: 'not_shown' }],
    ['a state that is too long to keep', [undefined, { ids: ['x'.repeat(2000)] }, same], { shows: 'same' }],
  ])('%s', (_, given, facts) => expect(shadowFacts(...given)).toStrictEqual(facts))
})
