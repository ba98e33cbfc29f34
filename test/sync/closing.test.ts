import { describe, expect, test } from '@jest/globals'
import { appliedOf, effects, entryOf } from '../support/entries.ts'
import { engineerRole, noon } from '../support/events.ts'
import {
  change,
  fakeWorld,
  type LedgerFault,
  memberName,
  messageOf,
  productionRules,
} from '../support/world.ts'

const { closingMs } = productionRules
const end = noon + 60_000
const deadline = end - closingMs
const one = messageOf('m1', change(1))

/** The write of the n-th send ends at this moment, and the ledger fails from then on as said. */
function writing(n: number, endsAt: number, faults: readonly (LedgerFault | undefined)[], options = {}) {
  const fake = fakeWorld(options)
  fake.state.meanwhile = () => {
    if (fake.state.sent.length !== n) return
    fake.state.now = endsAt
    fake.state.ledgerFaults.splice(0, fake.state.ledgerFaults.length, ...faults)
  }
  return fake
}

describe('a write that ends as late as it may', () => {
  const lost: LedgerFault[] = ['fails']
  test.each([
    ['at the deadline', deadline],
    ['just before half of the closing time is over', deadline + closingMs / 2 - 1],
  ])('is closed at a second try where the ledger fails once: %s', async (_, endsAt) => {
    const { consume, state, entry } = writing(1, endsAt, lost)
    expect(await consume([one], end)).toEqual([])
    expect(state.outcomes).toMatchObject([{ outcome: 'applied' }])
    expect(entry()?.lease).toBeUndefined()
  })
  test('has one try alone once half of the closing time is over: the rest is for letters and delays', async () => {
    const { consume, state, entry } = writing(1, deadline + closingMs / 2, lost)
    expect(await consume([one], end)).toEqual(['m1'])
    expect(state.log).toEqual(['write', expect.stringMatching(/^send /), 'write fails', 'read', 'delay'])
    expect(state.retries).toMatchObject([{ cause: 'ledger_unavailable' }])
    expect(entry()?.lease?.event).toBe('e1')
  })
  test('and has that one try, however late it ends', async () => {
    const { consume, state } = writing(1, end, [])
    expect(await consume([one], end)).toEqual([])
    expect(state.outcomes).toMatchObject([{ outcome: 'applied' }])
  })
})

describe('a write that puts the applied state right and ends as late as it may', () => {
  const doubted = { applied: appliedOf(0, { roleId: engineerRole }), unproven: 'e9' }
  const restoring = (endsAt: number) => {
    const fake = writing(2, endsAt, ['fails'], { effects: [effects.refused, effects.proven] })
    fake.state.entries.set(memberName(), entryOf({ member: memberName(), ...doubted }))
    return fake
  }
  test('is closed at a second try where the ledger fails once', async () => {
    const { consume, state, entry } = restoring(deadline + closingMs / 2 - 1)
    expect(await consume([one], end)).toEqual([])
    expect(state.letters).toMatchObject([{ attributes: { reason: 'rejected' } }])
    expect(entry()?.lease).toBeUndefined()
    expect(entry()?.unproven).toBeUndefined()
  })
  test('has one try alone once half of the closing time is over', async () => {
    const { consume, entry } = restoring(deadline + closingMs / 2)
    expect(await consume([one], end)).toEqual(['m1'])
    expect(entry()?.lease?.desired).toEqual({ roleId: engineerRole })
  })
})

describe('a lease', () => {
  /** The ledger takes until this moment for its first write, which fails. */
  const opening = (until: number) => {
    const fake = fakeWorld()
    const { write } = fake.world.ledger
    let writes = 0
    Object.assign(fake.world.ledger, {
      write: async (...given: Parameters<typeof write>) => {
        if (++writes > 1) return write(...given)
        fake.state.now = until
        throw new Error('the ledger does not answer')
      },
    })
    return fake
  }
  test('is asked for again until the deadline', async () => {
    const { consume, state } = opening(deadline - 1)
    await consume([one], end)
    expect(state.sent).toHaveLength(1)
  })
  test('and not from then on: its closing would have no time', async () => {
    const { consume, state } = opening(deadline)
    expect(await consume([one], end)).toEqual(['m1'])
    expect({ sent: state.sent, cause: state.retries[0]?.cause }).toEqual({
      sent: [],
      cause: 'ledger_unavailable',
    })
  })
})
