import { LogFormatter, Logger, LogItem } from '@aws-lambda-powertools/logger'
import type { LogAttributes, UnformattedAttributes } from '@aws-lambda-powertools/logger/types'

/**
 * The version of the log lines (functions/README.md#words). It grows when a line or a field changes its meaning or goes away. Lambda's
 * log filter reads `level` and `timestamp`.
 */
export const logSchema = 2

/** Powertools' lines without the sampling rate and what else is the same on every line. */
class LineFormatter extends LogFormatter {
  formatAttributes(line: UnformattedAttributes, fields: LogAttributes): LogItem {
    const { logLevel: level, message, serviceName: service, lambdaContext } = line
    const timestamp = this.formatTimestamp(line.timestamp)
    const request = lambdaContext && { requestId: lambdaContext.awsRequestId }
    return new LogItem({
      attributes: { level, timestamp, message, service, schema: logSchema, ...request, ...fields },
    })
  }
}

/** The logger of a function. Service and level come from the environment. */
export const createLogger = (): Logger => new Logger({ logFormatter: new LineFormatter() })
