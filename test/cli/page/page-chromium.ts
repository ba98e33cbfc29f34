import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import packed from '@sparticuz/chromium'
import { type Browser, type KeyInput, launch } from 'puppeteer-core'

/** A headless browser, unpacked from its package into a folder of its own: nothing has to be installed on the machine. */
export interface Chromium {
  /** Opens a page in a tab of its own. */
  open(url: string): Promise<Tab>
  /** Ends the browser and removes the folder. */
  stop(): Promise<void>
}

/** A tab of the browser. */
export interface Tab {
  /** Exceptions, console output, and what the browser itself complains of. */
  readonly complaints: string[]
  /** The value of an expression, awaited. */
  value(expression: string): Promise<unknown>
  /** Resolves once an expression is true. */
  until(expression: string): Promise<void>
  /** Presses and releases a key, such as `Tab`. */
  press(key: KeyInput): Promise<void>
  /** Types a text. */
  type(text: string): Promise<void>
  /** Runs a script file in the page, past its policy, as DevTools do. */
  script(file: string): Promise<void>
  focus(selector: string): Promise<void>
  click(selector: string): Promise<void>
  /** Sets a media feature, such as `prefers-color-scheme`. */
  prefer(name: string, value: string): Promise<void>
  /** Sets the width of the window. */
  width(pixels: number): Promise<void>
  close(): Promise<void>
}

/** Unpacks and starts the browser, which takes about three seconds. */
export async function startChromium(): Promise<Chromium> {
  const folder = mkdtempSync(join(tmpdir(), 'role-sync-chromium-'))
  const browser = await launch({
    ...{ executablePath: await unpack(folder), userDataDir: join(folder, 'profile'), headless: 'shell' },
    // Where the locale is POSIX, the browser takes `en-US@posix` for its language, and then does not know it.
    args: [...packed.args, '--lang=en-US'],
    // A browser that hangs is the business of the test's own time-out.
    ...{ timeout: 0, protocolTimeout: 0 },
  })
  return {
    open: url => openTab(browser, url),
    stop: async () => {
      const child = browser.process()!
      const ended = once(child, 'close')
      child.kill('SIGKILL')
      await ended
      rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
    },
  }
}

/** Resolves to the program. */
async function unpack(folder: string): Promise<string> {
  const script = `import packed from '@sparticuz/chromium'; console.log(await packed.executablePath())`
  // A process of its own: the package unpacks to the folder for temporary files, and believes what is there already.
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', script], {
    cwd: import.meta.dirname,
    env: { ...process.env, TMPDIR: folder },
  })
  return stdout.trim()
}

async function openTab(browser: Browser, url: string): Promise<Tab> {
  const page = await browser.newPage()
  page.setDefaultTimeout(0)
  const features = new Map<string, string>()
  const complaints: string[] = []
  page.on('console', said => complaints.push(said.text()))
  page.on('pageerror', error => complaints.push(String(error)))
  await page.goto(url, { waitUntil: 'domcontentloaded' })
  return {
    complaints,
    value: expression => page.evaluate(expression),
    until: async expression => void (await page.waitForFunction(expression)),
    press: key => page.keyboard.press(key),
    type: text => page.keyboard.type(text),
    script: async file => void (await page.evaluate(readFileSync(file, 'utf8'))),
    focus: selector => page.focus(selector),
    click: selector => page.click(selector),
    prefer: (name, value) => {
      features.set(name, value)
      return page.emulateMediaFeatures([...features].map(([name, value]) => ({ name, value })))
    },
    width: width => page.setViewport({ width, height: 800 }),
    close: () => page.close(),
  }
}
