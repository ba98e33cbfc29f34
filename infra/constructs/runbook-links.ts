import { Aws } from 'aws-cdk-lib'
import type { Deployment } from '../context/deployment.ts'

/** The settings that decide the link of an alarm. */
export type RunbookPlace = Pick<Deployment, 'stage' | 'runbookUrl'>

/**
 * The end of an alarm's description: the URL of its section in `infra/RUNBOOK.md`. Where no URL of that file is known, it names the
 * section, and ends with the URL of the stage's dashboard.
 */
export const runbookAt = ({ stage, runbookUrl }: RunbookPlace, heading: string): string =>
  runbookUrl === undefined
    ? `Runbook: infra/RUNBOOK.md of role-sync, section "${heading}". Dashboard: ${dashboardUrl(stage)}`
    : `Runbook: ${runbookUrl}#${anchorOf(heading)}`

/** The name of a stage's dashboard. */
export const dashboardName = (stage: string): string => `role-sync-${stage}`

/** The console's address of the dashboard, in the region of the stack. */
const dashboardUrl = (stage: string): string =>
  `https://console.aws.amazon.com/cloudwatch/home?region=${Aws.REGION}#dashboards/dashboard/${dashboardName(stage)}`

/** The anchor of a Markdown heading, as code hosts make it. */
export const anchorOf = (heading: string): string =>
  heading
    .toLowerCase()
    .replace(/[^\w\s-]/g, '')
    .replaceAll(' ', '-')
