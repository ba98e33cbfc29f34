import type { HttpApi, HttpStage } from 'aws-cdk-lib/aws-apigatewayv2'
import { Metric } from 'aws-cdk-lib/aws-cloudwatch'
import { FilterPattern, type ILogGroup, MetricFilter } from 'aws-cdk-lib/aws-logs'
import { metricNamespace, type Names } from '../../functions/core/resource-names.ts'
import type { SourceDeployment } from '../context/source-deployment.ts'
import { type MetricView, shown } from './stage-metrics.ts'

/** The key of a source's route. */
const routeOf = ({ path }: SourceDeployment): string => `POST ${path}`

const throttledName = (names: Names): string => `${names.intakeFunction}-throttled`

/** Counts the requests of each route that API Gateway itself answers with 429. Only the access log has them. */
export const countThrottled = (logs: ILogGroup, names: Names): MetricFilter =>
  new MetricFilter(logs, 'Throttled', {
    logGroup: logs,
    filterPattern: FilterPattern.stringValue('$.status', '=', '429'),
    metricNamespace,
    metricName: throttledName(names),
    metricValue: '1',
    dimensions: { route: '$.route' },
  })

/** The requests of a source that were answered with 429. */
export const throttled = (names: Names, source: SourceDeployment, view: MetricView): Metric =>
  new Metric({
    namespace: metricNamespace,
    metricName: throttledName(names),
    dimensionsMap: { route: routeOf(source) },
    ...shown(view),
  })

/**
 * The deliveries of a source that were answered with 400 to 499, by API Gateway or the function. Needs detailed metrics on the stage
 * (https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-metrics.html).
 */
export const clientErrors = (
  { api, stage }: { readonly api: HttpApi; readonly stage: HttpStage },
  { path }: SourceDeployment,
  view: MetricView,
): Metric =>
  new Metric({
    namespace: 'AWS/ApiGateway',
    metricName: '4xx',
    dimensionsMap: { ApiId: api.apiId, Stage: stage.stageName, Method: 'POST', Resource: path },
    ...shown(view),
  })
