import { execFile } from 'node:child_process'
import { promisify } from 'node:util'

const run = promisify(execFile)

/**
 * Runs a file of this folder as it ships, in a Node of its own: no transformer, no second realm, full speed. Resolves to what it
 * prints; rejects with the same where it does not end with code 0.
 */
export async function node(file: string, ...args: string[]): Promise<string> {
  const flags = ['--disable-warning=ExperimentalWarning', `test/simulation/${file}`]
  try {
    return (await run(process.execPath, [...flags, ...args])).stdout
  } catch (error) {
    const { stdout, stderr } = error as { readonly stdout: string; readonly stderr: string }
    throw new Error(`${file} failed\n${stdout}${stderr}`)
  }
}
