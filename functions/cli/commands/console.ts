import { InvalidArgumentError } from 'commander'
import type { AddCommand, CliWorld } from '../io/cli-world.ts'
import { Failure, Unavailable } from '../io/exit-codes.ts'
import { findQueue } from '../io/open-queue.ts'
import { json, line, note } from '../io/output.ts'
import { examples, type GlobalOptions, readCatalogue, stageNames, stageOf } from './stage-options.ts'
import { createStageSource } from './stage-source.ts'

interface ConsoleOptions extends GlobalOptions {
  readonly port?: number
}

/** `console`: the live page over a deployed stage. */
export const addConsole: AddCommand = (program, world) => {
  program
    .command('console')
    .description(
      'Serves the live page of a stage to this machine alone, until Ctrl-C: health, dead letters, what is in flight, recent changes, ' +
        'search and timelines. It only reads, with your own AWS identity, and only while a browser shows the page.',
    )
    .option('--port <n>', 'the port on 127.0.0.1 (default: any free one)', portOf)
    .addHelpText('after', examples('console --stage prod', 'console --stage prod --port 8090'))
    .action((_, command) => serve(command.optsWithGlobals(), world))
}

/** Ends only when the command must stop, or with a Failure. */
async function serve(options: ConsoleOptions, world: CliWorld): Promise<void> {
  const stage = stageOf(options, world.env)
  const catalogue = await readCatalogue(options, world)
  await findQueue(world, world.sqs(), stage, stageNames(stage).changesQueue).catch(unlessDenied)
  const tell = (text: string) => void note(world, text)
  // It needs esbuild where the package has not built it.
  const { startPageServer } = await import('../page/page-server.ts')
  const server = await startPageServer(
    options.port ?? 0,
    createStageSource(options, catalogue, world, tell),
    tell,
  ).catch(error => {
    if (error.code !== 'EADDRINUSE') throw error
    throw new Failure(`port ${options.port} is in use: choose another one with --port`)
  })
  if (options.json) await json(world, { stage, url: server.url })
  else await line(world, `stage ${stage}: ${server.url} for this machine alone, until Ctrl-C`)
  if (!world.stop.aborted) await new Promise(resolve => world.stop.addEventListener('abort', resolve))
  await server.stop()
  world.stop.throwIfAborted()
}

/** What may not be read is said on the page. */
const unlessDenied = (error: unknown): void => {
  if (!(error instanceof Unavailable)) throw error
}

function portOf(text: string): number {
  const port = Number(text)
  if (/^\d+$/.test(text) && port <= 65_535) return port
  throw new InvalidArgumentError('It must be a port, 0 to 65535.')
}
