/**
 * The version of the log lines (functions/README.md#words). It grows when a line or a field changes its meaning or goes away. Lambda's
 * log filter reads `level` and `timestamp`.
 */
export const logSchema = 2

/** From the least severe on. The names are those of Lambda's log levels. */
const levels: readonly string[] = ['TRACE', 'DEBUG', 'INFO', 'WARN', 'ERROR', 'FATAL']

/** Writes one line, with the fields of an object, or with an error as the field `error`. */
type Log = (message: string, about?: object) => void

/** Writes lines of JSON to standard output, each at once, so that none is lost when the function ends. */
export interface Logger extends Readonly<Record<'debug' | 'info' | 'warn' | 'error', Log>> {
  /** Adds fields to each line from now on. */
  readonly appendKeys: (fields: object) => void
}

/**
 * The logger of a function. Service and lowest level come from the environment: Lambda's own setting counts first, and INFO if none is
 * set. Who logs redacts (`redacted`, `redactedError`). A field without a value is left out.
 */
export function createLogger(env: Readonly<Record<string, string | undefined>> = process.env): Logger {
  const { POWERTOOLS_SERVICE_NAME: service, AWS_LAMBDA_LOG_LEVEL, POWERTOOLS_LOG_LEVEL } = env
  const ranks = [AWS_LAMBDA_LOG_LEVEL, POWERTOOLS_LOG_LEVEL, 'INFO'].map(rankOf)
  const lowest = ranks.find(rank => rank >= 0) as number
  const keys = {}
  const at = (level: string): Log => {
    if (rankOf(level) < lowest) return () => undefined
    return (message, about = {}) => {
      const timestamp = new Date().toISOString()
      const line = { level, timestamp, message, service, schema: logSchema, ...keys }
      const fields = Error.isError(about) ? { error: errorFields(about) } : about
      process.stdout.write(`${JSON.stringify({ ...line, ...withValue(fields) })}\n`)
    }
  }
  return {
    appendKeys: fields => void Object.assign(keys, fields),
    ...{ debug: at('DEBUG'), info: at('INFO'), warn: at('WARN'), error: at('ERROR') },
  }
}

const rankOf = (level = ''): number => levels.indexOf(level.toUpperCase())

const withValue = (fields: object): object =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== null && value !== ''))

/** An error as JSON, with its causes. */
function errorFields({ name, message, stack, cause, ...rest }: Error): object {
  return { name, message, stack, ...(Error.isError(cause) && { cause: errorFields(cause) }), ...rest }
}
