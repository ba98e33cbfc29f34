import { pathToFileURL } from 'node:url'
import { batchesOf, contextOf } from '../events.ts'

/** A fresh process as Lambda starts one: imports a bundle and handles one message; says how long both took, in milliseconds. */

const [, , file, first] = process.argv as [string, string, string, string]
const [event] = batchesOf(Number(first), 1)
const context = contextOf()

const start = performance.now()
const module = await import(pathToFileURL(file).href)
const imported = performance.now()
const { batchItemFailures } = await module.handler(event, context)
const done = performance.now()

const cpu = process.cpuUsage()
process.send?.(
  batchItemFailures.length > 0
    ? { error: 'the message failed' }
    : {
        answer: {
          importMs: imported - start,
          firstMs: done - imported,
          cpuMs: (cpu.user + cpu.system) / 1000,
        },
      },
)
process.disconnect?.()
process.exit()
