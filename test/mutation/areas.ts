/** One area of the gate: what is mutated, which tests must notice, and the score below which the command fails. */
export interface Area {
  readonly name: string
  /** The lowest score, in percent. */
  readonly atLeast: number
}

/**
 * The areas, in the order in which they run: `functions/<name>` is mutated, the tests in `test/<name>` must notice. The
 * command line is left out.
 */
export const areas: readonly Area[] = [
  { name: 'core', atLeast: 95 },
  ...['sync', 'http', 'aws', 'targets', 'intake', 'replay', 'approve', 'reassert', 'sweep', 'due'].map(
    name => ({
      name,
      atLeast: 90,
    }),
  ),
]

/** The area that a file of `functions` belongs to; undefined for a file of none. */
export const areaOf = (file: string): Area | undefined =>
  areas.find(({ name }) => file.startsWith(`functions/${name}/`))
