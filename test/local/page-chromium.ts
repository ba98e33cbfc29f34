import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'

const names = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome']

/** The Chromium of this machine; undefined where none is installed. */
export const chromium: string | undefined = (process.env.PATH ?? '')
  .split(':')
  .flatMap(folder => names.map(name => join(folder, name)))
  .find(existsSync)

/** A tab of a headless browser. */
export interface Tab {
  /** Exceptions, console output, and what the browser itself complains of. */
  readonly complaints: string[]
  /** The value of an expression, awaited. */
  value(expression: string): Promise<unknown>
  /** Resolves once an expression is true. */
  until(expression: string): Promise<void>
  /** Sets the colour scheme that the page is asked for. */
  scheme(scheme: 'light' | 'dark'): Promise<void>
  close(): Promise<void>
}

type Reply = { id?: number; method?: string; params?: unknown; result?: unknown; error?: { message: string } }

/** Opens a page in a browser of its own, driven over the DevTools protocol. */
export async function openTab(url: string): Promise<Tab> {
  const profile = mkdtempSync(join(tmpdir(), 'role-sync-page-'))
  const child = spawn(
    chromium!,
    ['--headless', '--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage', '--no-first-run']
      .concat(['--remote-debugging-port=0', `--user-data-dir=${profile}`])
      .concat('about:blank'),
    { stdio: ['ignore', 'ignore', 'pipe'] },
  )
  const ended = new Promise(resolve => child.once('close', resolve))
  const socket = new WebSocket(await debuggerOf(child.stderr))
  await new Promise(resolve => socket.addEventListener('open', resolve))

  const complaints: string[] = []
  const waiting = new Map<number, (reply: Reply) => void>()
  socket.addEventListener('message', ({ data }) => {
    const reply = JSON.parse(String(data)) as Reply
    if (reply.id !== undefined) waiting.get(reply.id)?.(reply)
    else if (/exceptionThrown|consoleAPICalled|entryAdded/.test(reply.method ?? ''))
      complaints.push(JSON.stringify(reply.params))
  })
  let count = 0
  let sessionId: string | undefined
  const call = async <T>(method: string, params: object = {}): Promise<T> => {
    const id = ++count
    const replied = new Promise<Reply>(resolve => waiting.set(id, resolve))
    socket.send(JSON.stringify({ id, method, params, sessionId }))
    const { result, error } = await replied
    if (error) throw new Error(`${method}: ${error.message}`)
    return result as T
  }
  const { targetId } = await call<{ targetId: string }>('Target.createTarget', { url: 'about:blank' })
  const attached = { targetId, flatten: true }
  ;({ sessionId } = await call<{ sessionId: string }>('Target.attachToTarget', attached))
  await call('Runtime.enable')
  await call('Log.enable')
  await call('Page.navigate', { url })

  const value = async (expression: string) => {
    const options = { expression, awaitPromise: true, returnByValue: true }
    const evaluated = await call<{ result: { value?: unknown } }>('Runtime.evaluate', options)
    return evaluated.result.value
  }
  return {
    complaints,
    value,
    until: async expression => {
      while ((await value(expression)) !== true) await value('new Promise(done => setTimeout(done, 20))')
    },
    scheme: scheme =>
      call('Emulation.setEmulatedMedia', { features: [{ name: 'prefers-color-scheme', value: scheme }] }),
    close: async () => {
      socket.close()
      child.kill()
      await ended
      rmSync(profile, { recursive: true, force: true, maxRetries: 5 })
    },
  }
}

/** Where the browser listens, which it tells on standard error. Rejects when it ends without. */
async function debuggerOf(stderr: NodeJS.ReadableStream): Promise<string> {
  let said = ''
  for await (const line of createInterface(stderr)) {
    const [, address] = /DevTools listening on (ws:\S+)/.exec(line) ?? []
    if (address) {
      stderr.resume()
      return address
    }
    said += `${line}\n`
  }
  throw new Error(`Chromium did not start: ${said}`)
}
