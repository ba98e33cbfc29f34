import { existsSync } from 'node:fs'
import { filesIn, importsOf, sourceOf } from '../support/imports.ts'

/** Servers, sockets, processes and threads of the system, and the engines that a test starts. */
const modules =
  /^(node:(http|https|http2|net|tls|child_process|worker_threads|timers.*)|fauxqs|dynalite|puppeteer-core)$/
/** The clock of the system. */
const clock =
  /\b(setTimeout|setInterval|AbortSignal\.timeout|Date\.now|performance\.now|jest\.useFakeTimers)\b/

/** Where the code of the tests is: what ships has no servers but the page's, and gets its clock from them. */
const isOfTests = (file: string) =>
  /^(test|infra\/local|functions\/cli\/loopback)\//.test(file) && existsSync(file)

/** Whether a race could be in a test: it, or a file that it imports, has to do with the system's clock, servers or processes. */
const races = (file: string, seen = new Set<string>()): boolean => {
  if (seen.has(file) || !isOfTests(file)) return false
  seen.add(file)
  if (clock.test(sourceOf(file))) return true
  return importsOf(file).some(({ to, local }) => (local ? races(to, seen) : modules.test(to)))
}

/** The files of tests in which a race could be. The simulation starts processes, too, but lives in virtual time: it has none. */
export const racingTests = (): string[] =>
  filesIn('test')
    .filter(file => /\.(test|check)\.ts$/.test(file) && !file.startsWith('test/simulation/'))
    .filter(file => races(file))
    .sort()
