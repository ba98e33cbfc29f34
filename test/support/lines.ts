/** A line that a function writes. */
export type Line = Readonly<Record<string, unknown>>

type Env = Readonly<Record<string, string>>

/**
 * The lines that are written to standard output and standard error meanwhile, as CloudWatch gets them: each must be one JSON
 * object. `env` is the function's environment.
 */
export function linesOf(env: Env, act: () => void): Line[] {
  const { lines, stop } = listen(env)
  try {
    act()
  } finally {
    stop()
  }
  return lines()
}

/** As `linesOf`, for what takes a while. */
export async function linesWhile(env: Env, act: () => Promise<void>): Promise<Line[]> {
  const { lines, stop } = listen(env)
  try {
    await act()
  } finally {
    stop()
  }
  return lines()
}

/** Sets the environment, and keeps what is written until it is stopped. */
function listen(env: Env) {
  const texts: string[] = []
  const streams = [process.stdout, process.stderr]
  const writes = streams.map(stream => stream.write)
  const before = { ...process.env }
  Object.assign(process.env, env)
  for (const stream of streams) stream.write = (text: string | Uint8Array) => texts.push(String(text)) > 0
  return {
    stop: () => {
      for (const [n, stream] of streams.entries()) stream.write = writes[n] as typeof stream.write
      for (const name of Object.keys(env)) {
        if (before[name] === undefined) delete process.env[name]
        else process.env[name] = before[name]
      }
    },
    lines: () =>
      texts
        .join('')
        .split('\n')
        .filter(text => text !== '')
        .map(text => JSON.parse(text) as Line),
  }
}

/** The lines that bear metrics. */
export const metricsIn = (lines: readonly Line[]): Line[] => lines.filter(line => '_aws' in line)
