import type { ITopic } from 'aws-cdk-lib/aws-sns'
import type { Catalogue } from '../functions/core/event/role-catalogue.ts'
import type { Guards } from '../functions/core/guard/guards.ts'
import type { ListedKind } from '../functions/targets/index.ts'
import type { ThresholdOverrides } from './alarm-thresholds.ts'
import type { Overrides } from './config.ts'
import { complaint, type Deployment, readSettings } from './context/deployment.ts'
import { targetPaths } from './context/target-deployment.ts'

/** The address and the own settings of one target. Wacht has `url` and `dialect`, the project API has `url`. */
export type TargetProps<Kind extends ListedKind> = {
  /** The https base URL of its API, known at the synthesis. @default the target's own `defaultUrl`, if it has one */
  readonly url?: string | undefined
} & {
  readonly [Setting in keyof OptionsOf<Kind> as PropOf<Setting, Kind['name']>]?:
    | OptionsOf<Kind>[Setting]
    | undefined
}

/** The targets, by name: `{ wacht: { dialect: 'role_ids' }, project: { url: 'https://rules.example.com' } }`. */
export type RoleSyncTargets = {
  readonly [Kind in ListedKind as Kind['name']]?: TargetProps<Kind> | undefined
}

type OptionsOf<Kind extends ListedKind> = Parameters<Kind['connect']>[1]

/** `WACHT_DIALECT` of `wacht` is the prop `dialect`. */
type PropOf<Setting, Name extends string> = Setting extends `${Uppercase<Name>}_${infer Words}`
  ? CamelCase<Words>
  : never

type CamelCase<Words extends string> = Words extends `${infer First}_${infer Others}`
  ? `${Lowercase<First>}${Capitalize<CamelCase<Others>>}`
  : Lowercase<Words>

/** A source as a file of sources declares it. Each kind has its own other fields (functions/intake/README.md). */
export interface DeclaredSource {
  readonly kind: string
  /** The short name of its secret: `role-sync/<stage>/<secret>`. */
  readonly secret: string
  readonly [field: string]: unknown
}

/** The settings of a `RoleSync`. */
export interface RoleSyncProps extends Overrides, ThresholdOverrides {
  /** A short lower-case label, part of every name. Two stages share nothing. `local` is a developer's machine. */
  readonly stage: string
  /** The addresses and the own settings of the targets. */
  readonly targets: RoleSyncTargets
  /**
   * The role catalogue, or the path of its file.
   * @default in the package none, so that events must name ids instead of roles; in the repository `infra/roles.json`
   */
  readonly roles?: string | Catalogue | undefined
  /** The sources of the intake, or the path of their file. @default in the package none; in the repository `infra/sources.json` */
  readonly sources?: string | Readonly<Record<string, DeclaredSource>> | undefined
  /** The guards, or the path of their file. @default in the package none; in the repository `infra/guards.json` */
  readonly guards?: string | Guards | undefined
  /** How many different principals must approve a held change, 1 to 5. @default 1 */
  readonly approvalsNeeded?: number | undefined
  /**
   * Who may send changes: account ids, ARNs of principals, services, and services for one resource
   * (`events.amazonaws.com=arn:…`). `grantSend` adds others.
   * @default nobody
   */
  readonly producers?: readonly string[] | undefined
  /** Whether the replay function drains the dead letters on a schedule. @default 'on' */
  readonly drain?: 'on' | 'off' | undefined
  /** Whether the stage keeps a history: one item for each change that ended. @default 'on' */
  readonly history?: 'on' | 'off' | undefined
  /** How long an item of the history stays after it was replaced, in whole days; 0: for ever. @default 400 */
  readonly historyDays?: number | undefined
  /** Whether the targets are read and compared with the ledger. @default 'on' */
  readonly sweep?: 'on' | 'off' | undefined
  /** How often a round of the sweep begins, in whole hours, 1 to 168. @default 24 */
  readonly sweepHours?: number | undefined
  /** How many calls a minute the sweep makes to each target, 1 to 10000. @default 60 */
  readonly sweepCallsPerMinute?: number | undefined
  /** Whether the stage tells an SNS topic of the outcome of each change, for `outcomesFor`. @default 'off' */
  readonly outcomes?: 'on' | 'off' | undefined
  /** Whether operators can have written again what is applied, where a target shows another state. @default 'off' */
  readonly reassert?: 'on' | 'off' | undefined
  /** The topic that every alarm notifies when it goes off and when it ends. It must not be a FIFO topic. @default none */
  readonly alarmTopic?: ITopic | undefined
  /** The https URL of your copy of `infra/RUNBOOK.md`, for the links in alarms. @default the file in the `repository` of role-sync's `package.json`; without one, alarms link the dashboard of the stage */
  readonly runbookUrl?: string | undefined
  /** The tags of every resource that can have tags. @default none */
  readonly tags?: Readonly<Record<string, string>> | undefined
}

/** The paths of those props whose context keys have other names. */
const paths: Readonly<Record<string, string>> = { ...targetPaths, alarmTopicArn: 'alarmTopic' }

/** Reads props as a deployment. Throws one error that lists every problem, each as `path: rule`. */
export function deploymentOf({ targets, alarmTopic, ...others }: RoleSyncProps): Deployment {
  const settings = { ...others, ...targetSettings(targets), ...topicSettings(alarmTopic) }
  const read = readSettings(settings, key => paths[key] ?? key)
  if (!read.ok) throw new Error(complaint(read.problems))
  return read.deployment
}

/** The fields of all targets by their context keys. A field without a key keeps its path, and `readSettings` refuses it. */
function targetSettings(targets: object = {}): Record<string, unknown> {
  const keys = new Map(Object.entries(targetPaths).map(([key, path]) => [path, key]))
  return Object.fromEntries(
    Object.entries(targets).flatMap(([target, fields]) =>
      Object.entries((fields ?? {}) as object).map(([field, value]) => {
        const path = `targets.${target}.${field}`
        return [keys.get(path) ?? path, value]
      }),
    ),
  )
}

/** A FIFO topic is replaced by a text that `readSettings` refuses: its ARN may be known only at the deployment. */
const topicSettings = (topic: ITopic | undefined) =>
  topic === undefined ? {} : { alarmTopicArn: topic.fifo ? 'a FIFO topic' : topic.topicArn }
