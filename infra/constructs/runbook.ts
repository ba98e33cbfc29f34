import { Aws } from 'aws-cdk-lib'
import type { Deployment } from '../context/read.ts'

/** What an alarm needs to know to say where to read on. */
export type RunbookPlace = Pick<Deployment, 'stage' | 'runbookUrl'>

/**
 * Where to read on, as the description of an alarm ends: the section of the runbook as an address that can be clicked. Where
 * nobody has said at which address this README is (`runbookUrl`), it is the section's name, and the address of the stage's
 * dashboard, which is always there.
 */
export const runbookAt = ({ stage, runbookUrl }: RunbookPlace, heading: string): string =>
  runbookUrl === undefined
    ? `Runbook: README.md, "${heading}". Dashboard: ${dashboardUrl(stage)}`
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
