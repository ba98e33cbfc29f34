import { readFileSync } from 'node:fs'
import * as v from 'valibot'
import { type Names, namesOf } from '../../functions/core/resource-names.ts'
import { parseCatalogue } from '../../functions/targets/index.ts'
import { type Thresholds, thresholdsOf } from '../alarm-thresholds.ts'
import { type Overrides, type Timings, timingsOf } from '../config.ts'
import { defaultGuards, defaultRoles, defaultSources, packageJson } from '../paths.ts'
import { alarmTopicArn, type OwnPackage, runbookIn, runbookUrl, thresholdEntries } from './alarm-settings.ts'
import { type Reviewed, readReviewed } from './reviewed-file.ts'
import { overrideEntries, stageEntries } from './settings-schema.ts'
import { guardNeeds, readGuards, readSources, type SourceDeployment, sourcesOf } from './source-deployment.ts'
import { addressProblems, type TargetDeployment, targetEntries, targetsOf } from './target-deployment.ts'
import { relationProblems } from './timing-relations.ts'

/** All checked settings of one stage. The stack is built from nothing else. */
export interface Deployment {
  readonly stage: string
  readonly names: Names
  readonly targets: readonly TargetDeployment[]
  /** Who else may send, besides this account's own roles: account ids, ARNs and service principals. */
  readonly producers: readonly string[]
  /** The role catalogue. */
  readonly rolesFile: Reviewed
  /** The file of sources. */
  readonly sourcesFile: Reviewed
  /** The declared sources. */
  readonly sources: readonly SourceDeployment[]
  /** The file of guards. */
  readonly guardsFile: Reviewed
  /** How many approvers a held change needs; undefined if no guard is declared. */
  readonly approvalsNeeded: number | undefined
  /** Whether a rule for bursts has a share of a scope's known members. */
  readonly knowsMembers: boolean
  readonly timings: Timings
  /** Whether dead letters are drained on a schedule. */
  readonly drains: boolean
  /** The history, if the stage keeps one. Days: how long items stay after they were replaced; 0: for ever. */
  readonly history: { readonly days: number } | undefined
  /** The sweep, unless it is off: how often a round begins, and how many calls a minute each target gets. */
  readonly sweep: { readonly hours: number; readonly callsPerMinute: number } | undefined
  /** Whether the stage tells a topic of outcomes. */
  readonly tellsOutcomes: boolean
  /** Whether operators can have written again what is applied. */
  readonly reasserts: boolean
  /** Whether a scope has its drift written again by itself. */
  readonly reassertsByItself: boolean
  readonly thresholds: Thresholds
  /** The SNS topic that the alarms notify, if any. */
  readonly alarmTopicArn: string | undefined
  /** The URL of the runbook for the links in alarms. If undefined, alarms link the stage's dashboard. */
  readonly runbookUrl: string | undefined
  /** The tags of every resource that can have tags. */
  readonly tags: Readonly<Record<string, string>>
}

/** The deployment of a context, or all its problems, each as `key: rule`. */
export type ReadDeployment =
  | { readonly ok: true; readonly deployment: Deployment }
  | { readonly ok: false; readonly problems: readonly string[] }

const entries = {
  ...{ ...targetEntries, ...stageEntries, ...overrideEntries, ...thresholdEntries },
  ...{ alarmTopicArn, runbookUrl },
}
const schema = v.object(entries)

/** The context keys of all settings. */
export const settingKeys: readonly string[] = Object.keys(entries)

/** Reads the settings of CDK context: the values of `cdk.json`, and the strings of `-c key=value`. */
export const readDeployment = (
  context: Readonly<Record<string, unknown>>,
  ownPackage?: OwnPackage,
): ReadDeployment =>
  readSettings(
    Object.fromEntries(Object.entries(context).filter(([key]) => isOurs(key))),
    undefined,
    ownPackage,
  )

/**
 * Reads the settings of a stage by their context keys. `pathOf` gives the name of a key in problems. `ownPackage` is role-sync's
 * `package.json`.
 */
export function readSettings(
  own: Readonly<Record<string, unknown>>,
  pathOf = (key: string): string => key,
  ownPackage: OwnPackage = JSON.parse(readFileSync(packageJson, 'utf8')),
): ReadDeployment {
  const result = v.safeParse(schema, own, { abortPipeEarly: true })

  // The other keys are checked even if one is wrong: one run shows every problem.
  const wrong = new Set(result.issues?.map(issue => String(issue.path?.[0].key)))
  const right = Object.entries(result.output as object).filter(([key]) => !wrong.has(key))
  const values: Partial<v.InferOutput<typeof schema>> & Overrides = Object.fromEntries(right)
  // A stage that cannot be read gets the stricter rules.
  const {
    stage = '',
    roles = defaultRoles,
    sources = defaultSources,
    guards = defaultGuards,
    approvalsNeeded = 1,
    producers,
    drain,
    history,
    historyDays = 0,
    sweepHours = 24,
    sweepCallsPerMinute = 60,
  } = values
  const timings = timingsOf(stage, pick(values, overrideEntries))

  // A wrong id in the catalogue must fail the deployment, not the first change that needs it.
  const catalogue = wrong.has('roles') ? undefined : readReviewed('roles', roles, parseCatalogue)
  const known = catalogue?.ok ? catalogue.value : undefined
  const declared = wrong.has('sources') ? undefined : readSources(sources, known, values.sweep === 'off')
  const guarded = wrong.has('guards')
    ? undefined
    : readGuards(guards, declared?.ok ? declared.value : undefined, known, values)

  const problems = [
    ...unknownKeys(own, pathOf),
    ...(result.issues ?? []).map(describe),
    ...addressProblems(stage, values),
    ...relationProblems(timings, wrong),
    ...(catalogue && !catalogue.ok ? catalogue.problems : []),
    ...(declared && !declared.ok ? declared.problems : []),
    ...(guarded && !guarded.ok ? guarded.problems : []),
  ]
  if (problems.length > 0)
    return { ok: false, problems: problems.map(problem => problem.replace(/^\w+/, pathOf)) }
  return {
    ok: true,
    deployment: {
      stage,
      names: namesOf(stage),
      targets: targetsOf(stage, values),
      producers: [...new Set(producers)],
      rolesFile: roles,
      sourcesFile: sources,
      sources: declared?.ok ? sourcesOf(stage, declared.value) : [],
      guardsFile: guards,
      ...guardNeeds(guarded, approvalsNeeded),
      timings,
      drains: drain !== 'off',
      history: history === 'off' ? undefined : { days: historyDays },
      sweep: values.sweep === 'off' ? undefined : { hours: sweepHours, callsPerMinute: sweepCallsPerMinute },
      tellsOutcomes: values.outcomes === 'on',
      reasserts: values.reassert === 'on',
      thresholds: thresholdsOf(pick(values, thresholdEntries)),
      runbookUrl: values.runbookUrl ?? runbookIn(ownPackage),
      ...{ alarmTopicArn: values.alarmTopicArn, tags: values.tags ?? {} },
    },
  }
}

/** The problems of a context as one message. */
export const complaint = (problems: readonly string[]): string =>
  ['role-sync cannot be synthesized:', ...problems].join('\n  ')

/** CDK's own keys and lookups contain `:`, `/` or `@`. Any other key is for this stack, and a typo must not pass. */
const isOurs = (key: string) => !/[:/@]/.test(key)

function unknownKeys(own: object, pathOf: (key: string) => string): string[] {
  return Object.keys(own)
    .filter(key => !Object.hasOwn(entries, key))
    .map(key => `${key}: is not a setting; the nearest one is ${nearest(key, settingKeys.map(pathOf))}`)
}

/** The name with the smallest Levenshtein distance. */
function nearest(name: string, names: readonly string[]): string {
  const distances = new Map(names.map(other => [other, distance(name, other)]))
  return names.reduce((a, b) => (distances.get(a)! <= distances.get(b)! ? a : b))
}

/** How many characters must be added, removed or replaced to change one text into the other. */
function distance(from: string, to: string): number {
  let before = Array.from({ length: to.length + 1 }, (_, n) => n)
  for (const character of from) {
    const row = [before[0]! + 1]
    for (const [n, other] of [...to].entries())
      row.push(Math.min(before[n + 1]! + 1, row[n]! + 1, before[n]! + (other === character ? 0 : 1)))
    before = row
  }
  return before.at(-1)!
}

/** One problem as `key: rule`. It never shows the value, which may be a token in the wrong place. */
function describe(issue: v.BaseIssue<unknown>): string {
  const path = issue.path?.map(item => String(item.key)).join('.')
  return `${path}: ${issue.kind === 'schema' && issue.received === 'undefined' ? 'is missing' : issue.message}`
}

const pick = (values: object, of: object): object =>
  Object.fromEntries(Object.entries(values).filter(([key]) => key in of))
