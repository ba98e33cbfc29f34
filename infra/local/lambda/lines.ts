/** Cuts output into lines; what comes in pieces is put together, each stream by itself. */
export function lineReader(onLine: (line: string) => void) {
  const rest = { stdout: '', stderr: '' }
  return {
    read: (stream: keyof typeof rest, text: string) => {
      const lines = (rest[stream] + text).split('\n')
      rest[stream] = lines.pop() ?? ''
      for (const line of lines) if (line.trim() !== '') onLine(line)
    },
  }
}
