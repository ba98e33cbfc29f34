import type { Random } from '../simulation/random.ts'

/** What orders an event: its time, and where times are equal its sequence. */
export interface Stamp {
  readonly time: string
  readonly sequence?: string
  /** Nothing but its id is greater than that of the one before. */
  readonly tied: boolean
}

/** Offsets that say the same instant in other words, in minutes. */
const offsets = [0, 120, -330, 845]

/** So many stamps, each later than the one before: by minutes, by a nanosecond, by sequence, or by the event's id alone. */
export function stamps(count: number, random: Random): Stamp[] {
  let instant = BigInt(Date.now() - 3_600_000) * 1_000_000n
  let sequence: bigint | undefined
  return Array.from({ length: count }, () => {
    const dice = random()
    const tied = dice >= 0.9
    if (dice < 0.5) {
      instant += BigInt(random.between(1, 20_000)) * 1_000_000n + BigInt(random.between(0, 999_999))
      sequence = undefined
    } else if (dice < 0.65) {
      instant += 1n
      sequence = undefined
    } else if (dice < 0.9) {
      sequence = sequence === undefined ? 0n : sequence * BigInt(random.between(1, 11)) + 1n
    }
    return {
      tied,
      time: written(instant, random.pick(offsets)),
      ...(sequence !== undefined && { sequence: `${random.chance(0.3) ? '00' : ''}${sequence}`.slice(-30) }),
    }
  })
}

/** RFC 3339 with nine digits, at an offset of so many minutes. */
function written(instant: bigint, offset: number): string {
  const ms = Number(instant / 1_000_000n) + offset * 60_000
  const fraction = (instant % 1_000_000_000n).toString().padStart(9, '0')
  const hours = String(Math.floor(Math.abs(offset) / 60)).padStart(2, '0')
  const minutes = String(Math.abs(offset) % 60).padStart(2, '0')
  const zone = offset === 0 ? 'Z' : `${offset < 0 ? '-' : '+'}${hours}:${minutes}`
  return `${new Date(ms).toISOString().slice(0, 19)}.${fraction}${zone}`
}
