import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'

const thisProject = join(import.meta.dirname, '../..')

/** Nothing of this machine's own settings gets through to the program. */
const nothing = {
  ...{
    AWS_EC2_METADATA_DISABLED: 'true',
    AWS_CONFIG_FILE: '/dev/null',
    AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
  },
}

/** Starts the program in a process of its own; `out` is an open file for its standard output, which is a pipe unless given. */
export function startProgram(
  args: readonly string[],
  env: Readonly<Record<string, string>>,
  out?: number,
  root = thisProject,
) {
  const child = spawn(process.execPath, [join(root, 'functions/cli/main.ts'), ...args], {
    env: { ...nothing, ...env },
    stdio: ['pipe', out ?? 'pipe', 'pipe'],
  }) as ChildProcessWithoutNullStreams // without standard output where that is a file
  const text = { out: '', err: '' }
  child.stdout?.on('data', chunk => {
    text.out += chunk
  })
  child.stderr.on('data', chunk => {
    text.err += chunk
  })
  child.stdin.on('error', () => undefined)
  const ended = once(child, 'close').then(([code]) => ({ code: code as number | null, ...text }))
  return { child, ended }
}

/** Runs the program to its end, with this on its standard input. */
export async function runProgram(
  args: readonly string[],
  env: Readonly<Record<string, string>>,
  stdin = '',
  root = thisProject,
) {
  const { child, ended } = startProgram(args, env, undefined, root)
  child.stdin.end(stdin)
  return ended
}
