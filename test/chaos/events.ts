import { createRandom, type Random } from '../simulation/random.ts'
import type { Member } from './cast.ts'
import { malformedBodies } from './malformed.ts'
import { stamps } from './stamps.ts'
import { wishOf } from './wishes.ts'

/** One event of a run and what may become of it. */
export interface Planned {
  /** What its outcome lines call it; null where the body cannot be read. */
  readonly id: string | null
  readonly member: string | null
  /** Its place among the events of its member, the newest last. */
  readonly rank: number
  /** What the member is to hold. */
  readonly wants: string
  readonly body: string
  /** How often it is sent. */
  readonly copies: number
  /** The reason of the dead letter that it must become, whatever the target does. */
  readonly must?: string
}

const source = '//hr.example.com/chaos'

/** The events of a run: each member's story in its order; `linesOf` mixes them. */
export function plannedOf(seed: number, count: number, cast: readonly Member[]): Planned[] {
  const random = createRandom(seed, 'events')
  const stories = cast.map(() => 0)
  for (let n = 0; n < count; n++) stories[random.between(0, cast.length - 1)]! += 1
  const valid = cast.flatMap((member, index) =>
    story(member, stories[index]!, createRandom(seed, `story ${index}`)),
  )
  return [...valid, ...malformedBodies(Math.ceil(count / 20))]
}

function story(member: Member, length: number, random: Random): Planned[] {
  const name = member.id.replace(/^(\w{8}).*(\w{4})$/, '$1$2')
  let last = ''
  return stamps(length, random).map(({ time, sequence, tied }, rank) => {
    // What comes before an event may have the greater id, unless the ids are to decide.
    const id = tied && last ? `${last}+` : `${random.between(10, 99)}-${name}-${rank}`
    last = id
    const { data, wants, must } = wishOf(member, random)
    const event = {
      ...{ specversion: '1.0', id, source, type: 'role.changed.v1', time },
      ...(sequence !== undefined && { sequence }),
      ...{ data, note: 'Grüße, 变更 🎉' },
    }
    const copies = random.chance(0.15) ? random.between(2, 3) : 1
    const body = JSON.stringify(event)
    return { id, member: member.name, rank, wants, body, copies, ...(must !== undefined && { must }) }
  })
}

/**
 * The lines of each part of a run, in no order within it. The stories of half of the members come in their order, part by
 * part, so that much is applied; those of the others, and all second copies, come in any.
 */
export function linesOf(seed: number, planned: readonly Planned[], parts: number): string[][] {
  const random = createRandom(seed, 'lines')
  const lines: string[][] = Array.from({ length: parts }, () => [])
  const lengths = new Map<string | null, number>()
  for (const { member } of planned) lengths.set(member, (lengths.get(member) ?? 0) + 1)
  for (const { member, rank, body, copies } of planned) {
    const inOrder = Math.floor((rank / lengths.get(member)!) * parts)
    const ordered = member !== null && createRandom(seed, `order of ${member}`).chance(0.5)
    for (let copy = 0; copy < copies; copy++) {
      lines[ordered && copy === 0 ? inOrder : random.between(0, parts - 1)]!.push(body)
    }
  }
  return lines.map(part => shuffled(part, random))
}

function shuffled(lines: readonly string[], random: Random): string[] {
  return lines
    .map(line => ({ line, at: random() }))
    .sort((a, b) => a.at - b.at)
    .map(({ line }) => line)
}
