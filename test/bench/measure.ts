/** The middle value; of an even number of values the mean of the two in the middle. NaN of none. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = sorted.length / 2
  return sorted.length % 2 === 1
    ? (sorted[Math.floor(middle)] as number)
    : ((sorted[middle - 1] as number) + (sorted[middle] as number)) / 2
}

/**
 * Runs every subject once in each round, after one round that does not count, beginning each round with another one: what else
 * the machine does falls on all alike. Resolves to each subject's samples, in the order of the rounds.
 */
export async function interleaved<S, T>(
  subjects: readonly S[],
  rounds: number,
  sample: (subject: S, round: number) => Promise<T>,
): Promise<Map<S, T[]>> {
  const samples = new Map<S, T[]>(subjects.map(subject => [subject, []]))
  for (let round = -1; round < rounds; round++) {
    const first = Math.max(round, 0) % subjects.length
    for (const subject of [...subjects.slice(first), ...subjects.slice(0, first)]) {
      const one = await sample(subject, round)
      if (round >= 0) samples.get(subject)?.push(one)
    }
  }
  return samples
}

/** How `ours` stands to `theirs`: the median of the quotients of the same round. */
export const ratio = (ours: readonly number[], theirs: readonly number[]): number =>
  median(ours.map((value, round) => value / (theirs[round] as number)))
