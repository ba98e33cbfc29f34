import type { ITopic } from 'aws-cdk-lib/aws-sns'
import type { Catalogue } from '../functions/core/event/role-catalogue.ts'
import type { Overrides, ThresholdOverrides } from './config.ts'
import { complaint, type Deployment, readSettings } from './context/deployment.ts'
import { targetPaths } from './context/target-deployment.ts'

/** Where one target is, and its own settings by their names: those of Wacht are `url` and `dialect`. Addresses are literals. */
export interface TargetProps {
  /** The https base URL of its API. @default the target's own `defaultUrl`, where it has one */
  readonly url?: string | undefined
  readonly [setting: string]: string | undefined
}

/** The targets, by name: `{ wacht: { dialect: 'role_ids' }, project: { url: 'https://rules.example.com' } }`. */
export type RoleSyncTargets = Readonly<Record<string, TargetProps>>

/** A source as a file of sources declares it; the other fields are those of its kind (functions/intake/README.md). */
export interface DeclaredSource {
  readonly kind: string
  /** The short name of its secret: `role-sync/<stage>/<secret>`. */
  readonly secret: string
  readonly [field: string]: unknown
}

/** What a `RoleSync` is made of. Its numbers are the timings and thresholds of `infra/config.ts`, by the same names. */
export interface RoleSyncProps extends Overrides, ThresholdOverrides {
  /** A short lower-case label, part of every name. Two stages share nothing. `local` is a developer's machine. */
  readonly stage: string
  /** Where the targets are, and which dialect they speak. */
  readonly targets: RoleSyncTargets
  /** The role catalogue, or the path of its file. @default 'infra/roles.json', role-sync's own */
  readonly roles?: string | Catalogue | undefined
  /** The sources of the intake, or the path of their file. @default 'infra/sources.json', role-sync's own */
  readonly sources?: string | Readonly<Record<string, DeclaredSource>> | undefined
  /**
   * Who may send changes, beside whom `grantSend` names: account ids, ARNs of principals, services, and services for one resource
   * (`events.amazonaws.com=arn:…`).
   * @default nobody
   */
  readonly producers?: readonly string[] | undefined
  /** Whether the replay function drains the dead letters on a schedule. @default 'on' */
  readonly drain?: 'on' | 'off' | undefined
  /** The topic that every alarm tells, when it goes off and when it is over; no FIFO topic. @default none */
  readonly alarmTopic?: ITopic | undefined
  /** The https address of `infra/RUNBOOK.md`, to which alarms link. @default the dashboard of the stage */
  readonly runbookUrl?: string | undefined
  /** Put on every resource that takes tags. @default none */
  readonly tags?: Readonly<Record<string, string>> | undefined
}

/** Where the settings that have another name as a prop stand among the props. */
const paths: Readonly<Record<string, string>> = { ...targetPaths, alarmTopicArn: 'alarmTopic' }

/** The deployment that props describe. Throws one error that lists every problem, each as `path: rule`. */
export function deploymentOf({ targets, alarmTopic, ...others }: RoleSyncProps): Deployment {
  const settings = { ...others, ...targetSettings(targets), ...topicSettings(alarmTopic) }
  const read = readSettings(settings, key => paths[key] ?? key)
  if (!read.ok) throw new Error(complaint(read.problems))
  return read.deployment
}

/** The fields of all targets by their context keys. What has none is passed on by its path, for the reader to refuse. */
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

/** A FIFO topic is passed on without its ARN, which may be known at the deployment only, for the reader to refuse. */
const topicSettings = (topic: ITopic | undefined) =>
  topic === undefined ? {} : { alarmTopicArn: topic.fifo ? 'a FIFO topic' : topic.topicArn }
