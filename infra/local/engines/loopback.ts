import type { Server as HttpServer } from 'node:http'
import { Server } from 'node:net'
import { guard } from '../guard.ts'

/**
 * Runs `start` such that every server that begins to listen meanwhile does so on 127.0.0.1 only, and guarded as `listen`
 * guards ours. fauxqs listens on 0.0.0.0 and has no option for it; the queues of a developer's machine are nobody else's
 * business.
 */
export async function onLoopback<T>(start: () => Promise<T>): Promise<T> {
  const { listen } = Server.prototype
  Server.prototype.listen = function (this: Server, ...args: unknown[]) {
    const [first] = args
    if (typeof first === 'object' && first !== null) args[0] = { ...first, host: '127.0.0.1' }
    return Reflect.apply(listen, guard(this as HttpServer), args)
  } as typeof listen
  try {
    return await start()
  } finally {
    Server.prototype.listen = listen
  }
}
