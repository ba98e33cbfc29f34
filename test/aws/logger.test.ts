import { expect, test } from '@jest/globals'
import { createLogger, type Logger } from '../../functions/aws/logger.ts'
import { type Line, linesOf } from '../support/lines.ts'

/** The lines that a logger with this environment has written by the time it is told the last one. */
const written = (env: Record<string, string>, tell: (logger: Logger) => void): Line[] =>
  linesOf({}, () => tell(createLogger(env)))

test.each<[env: Record<string, string>, levels: string[]]>([
  [{}, ['INFO', 'WARN', 'ERROR']],
  [{ POWERTOOLS_LOG_LEVEL: 'DEBUG' }, ['DEBUG', 'INFO', 'WARN', 'ERROR']],
  [{ POWERTOOLS_LOG_LEVEL: 'warn' }, ['WARN', 'ERROR']],
  [{ POWERTOOLS_LOG_LEVEL: 'INFO', AWS_LAMBDA_LOG_LEVEL: 'ERROR' }, ['ERROR']],
  [{ POWERTOOLS_LOG_LEVEL: 'ERROR', AWS_LAMBDA_LOG_LEVEL: 'TRACE' }, ['DEBUG', 'INFO', 'WARN', 'ERROR']],
  [{ POWERTOOLS_LOG_LEVEL: 'INFO', AWS_LAMBDA_LOG_LEVEL: 'FATAL' }, []],
  [{ POWERTOOLS_LOG_LEVEL: 'loud' }, ['INFO', 'WARN', 'ERROR']],
])('with %j the lines of these levels are written: %j', (env, levels) => {
  const lines = written(env, ({ debug, info, warn, error }) => {
    for (const log of [debug, info, warn, error]) log('x')
  })
  expect(lines.map(({ level }) => level)).toEqual(levels)
})

test('a line says its level, time, service and schema, then what it is about, and no field without a value', () => {
  const lines = written({ POWERTOOLS_SERVICE_NAME: 'sync' }, ({ info, appendKeys }) => {
    info('before')
    appendKeys({ requestId: 'r1' })
    info('after', { event: null, source: '', member: undefined, receives: 0, differs: false, by: { id: 1 } })
    appendKeys({ requestId: 'r2' })
    info('last')
  })
  const base = { level: 'INFO', timestamp: expect.any(String), service: 'sync', schema: 2 }
  expect(lines).toEqual([
    { ...base, message: 'before' },
    { ...base, message: 'after', requestId: 'r1', receives: 0, differs: false, by: { id: 1 } },
    { ...base, message: 'last', requestId: 'r2' },
  ])
  const { timestamp } = lines[0] as Line
  expect(new Date(String(timestamp)).toISOString()).toBe(timestamp)
})

test('an error stands in its line with its stack, its code and its causes', () => {
  const cause = Object.assign(new TypeError('no socket', { cause: 'not an error' }), { code: 'ECONNRESET' })
  const lines = written({}, ({ error }) => error('failed', new Error('no answer', { cause })))
  expect(lines).toEqual([
    {
      ...{ level: 'ERROR', timestamp: expect.any(String), message: 'failed', schema: 2 },
      error: {
        ...{ name: 'Error', message: 'no answer', stack: expect.stringContaining('Error: no answer\n') },
        cause: {
          ...{ name: 'TypeError', message: 'no socket', code: 'ECONNRESET' },
          stack: expect.stringContaining('no socket\n'),
        },
      },
    },
  ])
})

test('a line is written when it is told, not later', () => {
  const write = process.stdout.write
  const texts: unknown[] = []
  process.stdout.write = text => texts.push(text) > 0
  try {
    const { error } = createLogger({})
    error('one')
    expect(texts).toEqual([expect.stringMatching(/^\{.*"one".*\}\n$/)])
  } finally {
    process.stdout.write = write
  }
})
