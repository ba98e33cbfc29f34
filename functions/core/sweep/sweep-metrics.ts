/** The metrics of the sweep function: of the stage, and where it says so by scope. The alarms and the dashboard read them. */
export const sweepMetricNames = {
  /** Members that drift, by the last complete reading. Also by scope, where the catalogue has it. */
  drift: 'Drift',
  /** Members that no event ever named, by the last complete reading. Also by scope, likewise. */
  unmanaged: 'Unmanaged',
  /** Members with an applied role whom the target does not list, by the last complete reading. */
  gone: 'Gone',
  /** Scopes whose last reading was not complete. */
  incomplete: 'Incomplete',
  /** The age of the oldest complete reading of a scope, in seconds. Also by scope, likewise. */
  sweepAge: 'SweepAge',
} as const

export type SweepMetricName = (typeof sweepMetricNames)[keyof typeof sweepMetricNames]

/** The dimensions of a sweep metric, besides the service. */
export const sweepDimensions = (
  functionName: string,
  { scope }: { readonly scope?: string },
): Record<string, string> => ({
  function: functionName,
  ...(scope !== undefined && { scope }),
})
