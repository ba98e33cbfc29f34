import { resolve, type Scope } from './intrinsic-functions.ts'
import { type Properties, resourcesOf, type Template } from './template-resources.ts'

/** One HTTP API with its one stage. */
export interface ApiDescription {
  readonly name: string
  readonly routes: readonly RouteDescription[]
}

/** One route of an HTTP API, and the function behind it. */
export interface RouteDescription {
  /** `POST /sources/okta`. */
  readonly key: string
  readonly functionArn: string
  /** Requests a second on average, and at once; absent where neither route nor stage has a limit. */
  readonly limit?: { readonly perSecond: number; readonly burst: number }
}

interface Settings {
  readonly ThrottlingRateLimit?: number
  readonly ThrottlingBurstLimit?: number
}

/** The HTTP APIs of a template. Throws on a property that the local stack does not support. */
export function apisOf(template: Template, scope: Scope): ApiDescription[] {
  const all = (type: string) =>
    resourcesOf(template, `AWS::ApiGatewayV2::${type}`).map(({ id, properties }) => ({
      id,
      ...(resolve(properties, scope) as Properties),
    })) as readonly ({ readonly id: string } & Properties)[]
  const integrations = all('Integration')

  return all('Api').map(api => {
    const within = (each: Properties) => each.ApiId === scope.ref(api.id)
    const stages = all('Stage').filter(within)
    const [stage] = stages
    if (!stage || stages.length > 1 || stage.StageName !== '$default')
      throw new Error(`${api.Name}: the local stack supports only APIs with the single stage $default`)
    const defaults = (stage.DefaultRouteSettings ?? {}) as Settings
    const settings = (stage.RouteSettings ?? {}) as Readonly<Record<string, Settings>>
    return {
      name: String(api.Name),
      routes: all('Route')
        .filter(within)
        .map(route => {
          const key = String(route.RouteKey)
          const integration = integrations.find(({ id }) => route.Target === `integrations/${scope.ref(id)}`)
          return {
            ...{ key, functionArn: functionOf(key, integration) },
            ...limitOf({ ...defaults, ...settings[key] }),
          }
        }),
    }
  })
}

function functionOf(key: string, integration: Properties | undefined): string {
  if (integration?.IntegrationType !== 'AWS_PROXY' || integration.PayloadFormatVersion !== '2.0')
    throw new Error(`${key}: the local stack supports only routes to functions in payload format 2.0`)
  return String(integration.IntegrationUri)
}

function limitOf({ ThrottlingRateLimit: perSecond, ThrottlingBurstLimit: burst }: Settings) {
  return perSecond === undefined || burst === undefined ? {} : { limit: { perSecond, burst } }
}
