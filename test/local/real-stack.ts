import { afterAll, afterEach } from '@jest/globals'
import { synthesizeLocal } from '../../infra/local/run/local-synthesis.ts'
import { readOptions } from '../../infra/local/run/run-options.ts'
import { startWachtSandbox } from '../../infra/local/sandbox/wacht/wacht-sandbox.ts'
import type { StackOptions } from '../../infra/local/stack/local-stack.ts'
import { type Answering, startServer, type TestServer } from '../support/server.ts'
import { startTinyStack, type TinyStack } from './tiny-stack.ts'

/**
 * The real stack of this machine, with these context settings (`name=value`) and an open Wacht sandbox as its target. Each test
 * starts its own; what a test started stops after it, and the rest after the last test of the file.
 */
export async function realStack(...settings: string[]) {
  const wacht = await startWachtSandbox({ token: 't', dialect: 'role_id', open: true, organizations: {} })
  const context = settings.flatMap(setting => ['-c', setting])
  const read = readOptions(context, { WACHT_TOKEN: 't' })
  if (!read.ok) throw new Error(read.text)
  const synthesis = await synthesizeLocal(read.options, { wacht: wacht.url, project: 'http://127.0.0.1:1' })
  let stack: TinyStack | undefined
  let server: TestServer | undefined
  afterEach(async () => {
    await stack?.stop()
    await server?.stop()
    stack = undefined
    server = undefined
  })
  afterAll(async () => {
    await wacht.stop()
    synthesis.remove()
  })

  return {
    wacht,
    synthesis,
    start: async (options: Partial<StackOptions> = {}): Promise<TinyStack> => {
      const { template, assetOf, secrets } = synthesis
      stack = await startTinyStack({ template, assetOf, secrets, ...options })
      return stack
    },
    /** Starts a server in place of one of AWS's; answers its URL. */
    serve: async (answer: Answering): Promise<string> => {
      server = await startServer(answer)
      return server.url
    },
  }
}
