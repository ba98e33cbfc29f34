import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import dynalite from 'dynalite'
import { listen } from '../listen.ts'
import type { EngineOptions } from './engine.ts'

/** DynamoDB on this machine. */
export interface DynamoDbEngine {
  readonly url: string
  stop(): Promise<void>
}

/** Starts DynamoDB (dynalite), on disk where a folder is given; rejects with EADDRINUSE when the port is taken. */
export async function startDynamoDb({ port, folder }: EngineOptions): Promise<DynamoDbEngine> {
  if (folder) mkdirSync(folder, { recursive: true })
  // Without a delay a kill while a table is being created cannot leave it CREATING for ever.
  const server = dynalite({ createTableMs: 0, ...(folder && { path: join(folder, 'tables') }) })
  return listen(server, port)
}
