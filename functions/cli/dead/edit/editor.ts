import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { rmSync } from 'node:fs'
import { mkdtemp, readFile, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Failure } from '../../exit.ts'
import type { Environment } from '../../world.ts'

/**
 * Lets a person edit text, and answers what was saved. The file is readable by this user only, and is gone when this
 * returns, and when the process ends before it does. A Failure where there is no editor, or where it ends with an error.
 */
export async function edited(text: string, env: Environment): Promise<string> {
  const editor = env.VISUAL || env.EDITOR
  if (!editor) throw new Failure('no editor: set EDITOR, or say what changes with --set path=value')
  const folder = await mkdtemp(join(tmpdir(), 'role-sync-'))
  const clear = () => rmSync(folder, { recursive: true, force: true })
  process.once('exit', clear)
  try {
    const file = join(folder, 'event.json')
    await writeFile(file, text, { mode: 0o600, flag: 'wx' })
    await open(editor, file, env)
    return await readFile(file, 'utf8')
  } finally {
    process.off('exit', clear)
    clear()
  }
}

/** Through a shell, as git does it: an editor may come with options (`code --wait`). */
async function open(editor: string, file: string, env: Environment): Promise<void> {
  const child = spawn('/bin/sh', ['-c', `${editor} "$0"`, file], { stdio: 'inherit', env: { ...env } })
  const [code] = await once(child, 'close')
  if (code !== 0) throw new Failure(`the editor (${editor}) ended with ${code}: nothing was changed`)
}
