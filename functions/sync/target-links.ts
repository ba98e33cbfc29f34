import type { Transport } from '../aws/aws-json.ts'
import { createCredentials, secretReader } from '../aws/target-credentials.ts'
import type { Telemetry } from '../core/ports.ts'
import { authorized } from '../targets/authorized-http.ts'
import { createSend } from '../targets/http-client.ts'
import { kinds, settingNames } from '../targets/index.ts'
import { createBreaker } from './breaker.ts'
import type { SyncSettings } from './sync-settings.ts'
import type { Rules, TargetLink } from './sync-world.ts'

/** Connects every target, with its credentials, breaker and HTTP. */
export function createLinks(
  settings: SyncSettings,
  telemetry: Telemetry,
  rules: Rules,
  now: () => number,
  transport?: Transport,
): ReadonlyMap<string, TargetLink> {
  const send = createSend(rules.requestTimeoutMs, now)
  const links = kinds.map(kind => {
    const { url, secret } = settingNames(kind.name)
    const target = kind.connect(settings[url] as string, settings)
    const read = secretReader(settings[secret] as string, { transport })
    const credentials = createCredentials(kind.name, read, now, telemetry.trouble)
    const link: TargetLink = {
      target,
      breaker: createBreaker(settings.BREAKER_OPEN_MS, now),
      http: deadline => authorized(send, credentials, rules.requestTimeoutMs, deadline, now),
    }
    return [kind.name, link] as const
  })
  return new Map(links)
}
