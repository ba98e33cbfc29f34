import { sha256 } from '../../aws/sha256.ts'
import { type Catalogue, catalogueHash } from '../../core/event/role-catalogue.ts'
import type { Guards } from '../../core/guard/guards.ts'
import type { Names } from '../../core/resource-names.ts'
import { type Deployed, differingRoles } from '../io/deployed-catalogue.ts'
import { Failure } from '../io/exit-codes.ts'
import type { StageReader } from '../io/stage-reader.ts'
import { type Check, type Found, failed, ok, warning } from './doctor-findings.ts'

/** What the checks of the stage's own resources need. */
export interface CheckedStage {
  readonly stage: string
  readonly names: Names
  readonly reader: StageReader
  /** The role catalogue of the command line. */
  readonly catalogue: Catalogue
  /** The guards of the command line. */
  readonly guards: Guards
  /** Asks which catalogue is deployed. */
  readonly askDeployed: () => Promise<Deployed>
  /** The status with which the approve function answers an empty request. Undefined if there is no such function. */
  readonly askApprove: () => Promise<number | undefined>
  /** Milliseconds since 1970. */
  readonly now: number
}

/** The checks of credentials, queues, tables, functions and alarms. */
export const stageChecks = (given: CheckedStage): Check[] => [
  { name: 'credentials', run: () => checkCredentials(given) },
  { name: 'changes queue', run: () => checkChangesQueue(given) },
  { name: 'dead-letter queue', run: () => checkDeadLetterQueue(given) },
  { name: 'ledger', run: () => checkTable(given, given.names.ledgerTable) },
  { name: 'history', run: () => checkHistory(given) },
  { name: 'approvals', run: () => checkApprovals(given) },
  { name: 'approve function', run: () => checkApprove(given) },
  { name: 'queue mapping', run: () => checkMapping(given) },
  { name: 'role catalogue', run: () => checkCatalogue(given) },
  { name: 'alarms', run: () => checkAlarms(given) },
]

const deploy = 'check --stage, the account and the region, or deploy the stage'
/** The finding of a resource that is not there. */
export const missing = (what: string): Found => failed(`${what} does not exist`, deploy)

const checkCredentials = ({ reader, names }: CheckedStage): Promise<Found> =>
  reader.region(names.changesQueue).then(
    region => ok(`accepted by SQS in ${region}`),
    error => {
      if (!(error instanceof Failure)) throw error
      return failed(error.message, 'set AWS_PROFILE and AWS_REGION, and sign in again')
    },
  )

async function checkChangesQueue({ reader, names }: CheckedStage): Promise<Found> {
  const attributes = await reader.queue(names.changesQueue)
  if (!attributes) return missing(names.changesQueue)
  const { RedrivePolicy = '', ApproximateNumberOfMessages: waiting } = attributes
  if (!RedrivePolicy.includes(`:${names.deadLetterQueue}"`))
    return failed(`${names.deadLetterQueue} is not its dead-letter queue`, 'deploy the stage again')
  return ok(`${waiting} changes wait`)
}

async function checkDeadLetterQueue({ reader, names }: CheckedStage): Promise<Found> {
  const attributes = await reader.queue(names.deadLetterQueue)
  return attributes
    ? ok(`${attributes.ApproximateNumberOfMessages} dead letters wait for a person`)
    : missing(names.deadLetterQueue)
}

async function checkHistory(given: CheckedStage): Promise<Found> {
  const found = await checkTable(given, given.names.historyTable)
  return found.state === 'failed'
    ? warning('there is no table: status, history and who know less', 'deploy without -c history=off')
    : found
}

async function checkTable({ reader }: CheckedStage, table: string): Promise<Found> {
  const status = await reader.table(table)
  if (status === undefined) return missing(table)
  return status === 'ACTIVE'
    ? ok('the table is active')
    : warning(`the table is ${status}`, 'wait, then run doctor again')
}

/** The environment of the sync function, and when it was deployed, in milliseconds since 1970. */
export async function syncFunction({ reader, names }: CheckedStage) {
  const sync = await reader.lambda(names.syncFunction)
  if (!sync) throw new Failure(`there is no function ${names.syncFunction}`)
  return {
    variables: sync.Environment?.Variables ?? {},
    deployedAt: Date.parse(sync.LastModified ?? '') || 0,
  }
}

/** Whether a guard is declared: only then the sync function knows a table of approvals. */
const isGuarded = async (given: CheckedStage): Promise<boolean> =>
  (await syncFunction(given)).variables.APPROVALS_TABLE !== undefined

const notGuarded = ok('the stage has no guards')

const checkApprovals = async (given: CheckedStage): Promise<Found> =>
  (await isGuarded(given)) ? checkTable(given, given.names.approvalsTable) : notGuarded

async function checkApprove(given: CheckedStage): Promise<Found> {
  if (!(await isGuarded(given))) return notGuarded
  const { approveFunction } = given.names
  const status = await given.askApprove()
  if (status === undefined)
    return failed(`there is no ${approveFunction} with a URL: nobody can approve`, 'deploy the stage again')
  if (status === 400) return ok('this identity may approve')
  if (status === 403)
    return warning(
      'this identity may not approve',
      `nothing to do, unless it is to approve: then allow it to call ${approveFunction} through its URL`,
    )
  return failed(`${approveFunction} answers with status ${status}`, `see the log of ${approveFunction}`)
}

async function checkMapping({ reader, names }: CheckedStage): Promise<Found> {
  const mappings = await reader.mappings(names.syncFunction)
  const mapping = mappings.find(each => each.EventSourceArn?.endsWith(`:${names.changesQueue}`))
  if (!mapping) return failed(`no queue is connected to ${names.syncFunction}: no change is applied`, deploy)
  const { State: state = 'unknown', UUID } = mapping
  if (state === 'Enabled') return ok('the sync function reads the changes queue')
  if (/^(Creating|Enabling|Updating)$/.test(state))
    return warning(`it is ${state}`, 'wait, then run doctor again')
  return failed(
    `it is ${state}: no change is applied`,
    `enable it: aws lambda update-event-source-mapping --enabled --uuid ${UUID}`,
  )
}

async function checkCatalogue({ askDeployed, catalogue }: CheckedStage): Promise<Found> {
  const deployed = await askDeployed()
  if ('unasked' in deployed) throw new Failure(deployed.unasked)
  if (deployed.catalogueHash === catalogueHash(catalogue, sha256))
    return ok(`deployed as it is here: ${Object.keys(catalogue).length} roles`)
  return failed(
    `the deployed one has other roles than the one here: ${differingRoles(catalogue, deployed.catalogue)}`,
    'deploy this catalogue, or name the deployed one with --roles',
  )
}

/** The alarms of this stage only: another stage's name may begin with this one's. */
export async function alarmsOf({ reader, stage, names }: Pick<CheckedStage, 'reader' | 'stage' | 'names'>) {
  const { personSecret: _, ...resources } = names
  const own = (name = '') => Object.values(resources).some(resource => name.startsWith(`${resource}-`))
  return (await reader.alarms(`role-sync-${stage}-`)).filter(({ AlarmName }) => own(AlarmName))
}

async function checkAlarms(given: CheckedStage): Promise<Found> {
  const alarms = await alarmsOf(given)
  if (alarms.length === 0) return failed('the stage has no alarms', 'deploy the stage again')
  const actionsOf = (alarm: (typeof alarms)[number]) =>
    alarm.ActionsEnabled === false ? [] : (alarm.AlarmActions ?? [])
  const silent = alarms.filter(alarm => actionsOf(alarm).length === 0)
  if (silent.length > 0)
    return warning(
      `${silent.length} of ${alarms.length} alarms notify nobody`,
      'deploy with -c alarmTopicArn=…, an SNS topic',
    )
  const topics = new Set(alarms.flatMap(actionsOf).filter(arn => arn.split(':')[2] === 'sns'))
  for (const topic of topics) {
    const count = await given.reader.subscriptions(topic)
    if (!count) return warning(`nobody is subscribed to ${topic}`, 'subscribe to it, and confirm')
  }
  return ok(`${alarms.length} alarms, ${topics.size} topics with subscribers`)
}
