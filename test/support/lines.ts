/** A line that a function writes. */
export type Line = Readonly<Record<string, unknown>>

/**
 * The lines that are written to standard output and standard error meanwhile, as CloudWatch gets them: each must be one JSON
 * object. `env` is the function's environment.
 */
export function linesOf(env: Readonly<Record<string, string>>, act: () => void): Line[] {
  const before = { ...process.env }
  Object.assign(process.env, env)
  const end = catchLines()
  let lines: Line[] = []
  try {
    act()
  } finally {
    lines = end()
    for (const name of Object.keys(env)) {
      if (before[name] === undefined) delete process.env[name]
      else process.env[name] = before[name]
    }
  }
  return lines
}

/** Keeps what is written to standard output and standard error until the result is called, which gives it, line by line. */
export function catchLines(): () => Line[] {
  const texts: string[] = []
  const streams = [process.stdout, process.stderr]
  const writes = streams.map(stream => stream.write)
  for (const stream of streams) stream.write = (text: string | Uint8Array) => texts.push(String(text)) > 0
  return () => {
    for (const [n, stream] of streams.entries()) stream.write = writes[n] as typeof stream.write
    return texts
      .join('')
      .split('\n')
      .filter(text => text !== '')
      .map(text => JSON.parse(text) as Line)
  }
}

/** The lines that bear metrics. */
export const metricsIn = (lines: readonly Line[]): Line[] => lines.filter(line => '_aws' in line)
