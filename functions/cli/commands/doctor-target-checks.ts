import { fingerprintOf } from '../../aws/person-memory.ts'
import { createCredentials } from '../../aws/target-credentials.ts'
import { peopleIn } from '../../core/guard/guard-trial.ts'
import { effectText } from '../../core/outcome/cause-words.ts'
import type { Effect } from '../../core/outcome/effect.ts'
import { metricNamespace, secretName, serviceName } from '../../core/resource-names.ts'
import { type MetricName, metricDimensions, metricNames } from '../../core/sync-metrics.ts'
import { kinds, optionSchemas } from '../../targets/index.ts'
import { firstPage } from '../../targets/people-page.ts'
import type { TargetKind } from '../../targets/target.ts'
import { moment } from '../io/durations.ts'
import { Failure } from '../io/exit-codes.ts'
import { createReadOnlyHttp } from '../io/read-only-http.ts'
import { type Check, type Found, failed, ok, warning } from './doctor-findings.ts'
import { type CheckedStage, syncFunction } from './doctor-stage-checks.ts'
import { connectTargets } from './target-options.ts'

/** The checks of the secrets and the targets. */
export const targetChecks = (given: CheckedStage): Check[] => [
  ...kinds.flatMap(kind => [
    { name: `secret of ${kind.name}`, run: () => checkSecret(given, secretName(given.stage, kind.name)) },
    { name: `target ${kind.name}`, run: () => checkTarget(given, kind) },
    ...Object.keys(optionSchemas(kind)).map(option => ({
      name: option,
      run: () => checkOption(given, kind, option),
    })),
  ]),
  { name: 'secrets of sources', run: () => checkSources(given) },
  { name: 'protected people', run: () => checkPeople(given) },
]

/** Whether the keys of people in the guards of the command line are of the stage's secret. */
async function checkPeople({ reader, names: { personSecret }, guards }: CheckedStage): Promise<Found> {
  const people = peopleIn(guards)
  if (!people) return ok('the guards here name no people')
  const secret = await tokenOf(personSecret, await reader.secret(personSecret)).catch(error => {
    throw new Failure((error as Error).message)
  })
  const now = fingerprintOf(secret)
  if ([...people.fingerprints].every(each => each === now)) return ok(`${people.keys.size} are named`)
  return failed(
    `keys of people were made under another secret than ${personSecret} has now: changes wait if these guards are deployed`,
    'print the keys again with hold person-key and deploy, or name the guards of the stage with --guards',
  )
}

async function checkSecret({ reader }: CheckedStage, name: string): Promise<Found> {
  const text = await reader.secret(name)
  const fill = `aws secretsmanager put-secret-value --secret-id ${name} --secret-string '{"token":"…"}'`
  if (text === undefined) return failed(`${name} has no value`, fill)
  return tokenOf(name, text).then(
    () => ok('filled'),
    error => failed((error as Error).message, fill),
  )
}

/** The token in the text of a secret. Rejects with an error that does not hold the text. */
export const tokenOf = (name: string, text: string | undefined): Promise<string> =>
  createCredentials(
    name,
    async () => text,
    Date.now,
    () => undefined,
  ).token()

/** Checks each secret of the intake's sources, which its environment names. */
async function checkSources(given: CheckedStage): Promise<Found> {
  const variables = (await given.reader.lambda(given.names.intakeFunction))?.Environment?.Variables ?? {}
  const secrets = Object.entries(variables).filter(([name]) => name.endsWith('_SOURCE_SECRET_ARN'))
  for (const [, arn] of secrets) {
    const found = await checkSecret(given, arn)
    if (found.state !== 'ok') return found
  }
  return ok(secrets.length === 0 ? 'the stage has no sources' : `${secrets.length} filled`)
}

/** Reads one page of members of a scope in the catalogue, with the stage's own address and token. */
async function checkTarget(given: CheckedStage, { name }: TargetKind): Promise<Found> {
  const target = connectTargets({}, (await syncFunction(given)).variables).get(name)
  const [scope] = Object.values(given.catalogue).flatMap(targets => Object.keys(targets[name] ?? {}))
  if (!target || scope === undefined)
    return warning(
      'not checked: the role catalogue has no scope there',
      'name the catalogue of the stage with --roles',
    )
  const secret = secretName(given.stage, name)
  const token = await tokenOf(secret, await given.reader.secret(secret)).catch(error => {
    throw error instanceof Failure ? error : new Failure((error as Error).message)
  })
  const page = await target.people(scope, firstPage, createReadOnlyHttp()(token))
  return page.ok
    ? ok(`it answers for ${scope} and accepts the token`)
    : unreadPage(page.effect, secret, scope)
}

/** What a page that could not be read says about the target. */
function unreadPage(effect: Effect, secret: string, scope: string): Found {
  const detail = effectText(effect)
  if (effect.status === 401) return failed(detail, `put a valid token into ${secret}`)
  if (effect.status === 403)
    return warning(
      `the token may not list the members of ${scope}: ${detail}`,
      'allow it to; else people cannot be found',
    )
  if (effect.status === 404)
    return failed(detail, `${scope} is not there: correct it in your role catalogue, or correct the base URL`)
  if (effect.status === 429) return warning(`not checked: ${detail}`, 'run doctor again later')
  return failed(detail, 'check the base URL and whether the target is up')
}

/** How far back outcomes are looked for, in milliseconds. */
const outcomesMs = 14 * 86_400_000

/**
 * Checks a setting by the outcomes since it was deployed: a read shows the same in both dialects of Wacht, but a change that was
 * applied is proven with the setting, and a wrong dialect ends as `no_effect`.
 */
async function checkOption(given: CheckedStage, { name }: TargetKind, option: string): Promise<Found> {
  const { reader, names, now } = given
  const { variables, deployedAt } = await syncFunction(given)
  const from = Math.max(now - outcomesMs, deployedAt)
  const count = (metric: MetricName, reason?: string) => {
    const dimensions = { service: serviceName, ...metricDimensions(names.syncFunction, name, reason) }
    return reader.sum({ namespace: metricNamespace, name: metric, dimensions }, from, now)
  }
  const value = variables[option] ?? 'the default'
  const applied = await count(metricNames.applied)
  if (applied > 0) return ok(`${value}: ${applied} changes were applied with it`)
  const ignored = await count(metricNames.dead, 'no_effect')
  if (ignored > 0)
    return failed(
      `${value}: ${ignored} changes had no effect, and none was applied`,
      'deploy with the other value',
    )
  return warning(
    `${value}: not proven yet, no change was applied since ${moment(from)}`,
    'send one event: only a write shows it. If it ends as no_effect, deploy with the other value',
  )
}
