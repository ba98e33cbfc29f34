import { RemovalPolicy, Validations } from 'aws-cdk-lib'
import { AccessLogFormat } from 'aws-cdk-lib/aws-apigateway'
import {
  type CfnRoute,
  type CfnStage,
  HttpApi,
  HttpMethod,
  type HttpRoute,
  HttpStage,
  LogGroupLogDestination,
} from 'aws-cdk-lib/aws-apigatewayv2'
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations'
import type { IFunction } from 'aws-cdk-lib/aws-lambda'
import { LogGroup } from 'aws-cdk-lib/aws-logs'
import type { Construct } from 'constructs'
import type { Deployment } from '../context/deployment.ts'
import { countThrottled } from './route-metrics.ts'

/** The fields of an access log line: no header, no body, no raw path. */
const accessLog = {
  requestId: '$context.requestId',
  at: '$context.requestTimeEpoch',
  route: '$context.routeKey',
  status: '$context.status',
  ip: '$context.identity.sourceIp',
  responseLength: '$context.responseLength',
  integrationStatus: '$context.integration.integrationStatus',
  integrationLatency: '$context.integration.latency',
  error: '$context.error.responseType',
}

/** Adds an HTTP API with one route for each declared source. Each route has its own throttle. */
export function addIntakeApi(
  scope: Construct,
  { names, sources, timings }: Deployment,
  lambda: IFunction,
): { api: HttpApi; stage: HttpStage } {
  const api = new HttpApi(scope, 'IntakeApi', {
    apiName: names.intakeFunction,
    description: 'Where sources deliver role changes to role-sync',
    createDefaultStage: false,
  })
  const integration = new HttpLambdaIntegration('ToIntake', lambda)
  const routes = sources.flatMap(({ path, methods }) =>
    api.addRoutes({ path, methods: methods.map(method => HttpMethod[method]), integration }),
  )
  for (const route of routes) {
    Validations.of(route).acknowledge({
      id: 'AwsSolutions-APIG4',
      reason:
        'Senders have no AWS identity: the function verifies the signature or secret of each request itself.',
    })
  }

  const logs = new LogGroup(scope, 'AccessLogs', {
    logGroupName: `/aws/vendedlogs/${names.intakeFunction}`,
    retention: timings.logRetentionDays,
    removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
  })
  countThrottled(logs, names)
  const stage = new HttpStage(scope, 'IntakeStage', {
    httpApi: api,
    stageName: '$default',
    autoDeploy: true,
    throttle: { rateLimit: timings.intakeRequestsPerSecond, burstLimit: timings.intakeBurst },
    accessLogSettings: {
      destination: new LogGroupLogDestination(logs),
      format: AccessLogFormat.custom(JSON.stringify(accessLog)),
    },
  })
  throttle(stage, routes, timings)
  return { api, stage }
}

/** Throttles each route. With only the stage's limit, which is for all routes, one flooded source would block the others. */
function throttle(stage: HttpStage, routes: readonly HttpRoute[], timings: Deployment['timings']): void {
  const settings = {
    ThrottlingRateLimit: timings.intakeRequestsPerSecond,
    ThrottlingBurstLimit: timings.intakeBurst,
    // The stage's metrics do not separate the sources.
    DetailedMetricsEnabled: true,
  }
  const resource = stage.node.defaultChild as CfnStage
  const keys = routes.map(route => (route.node.defaultChild as CfnRoute).routeKey)
  resource.routeSettings = Object.fromEntries(keys.map(key => [key, settings]))
  // The routes must exist first: a setting of a missing route fails the deployment.
  stage.node.addDependency(...routes)
}
