import { expect, test } from '@jest/globals'
import type { Resource } from '../../infra/synth.ts'
import { guards, sources, templateOf } from './stage.ts'

/**
 * Every resource of a stage, as `logical id, type, fixed name`. CloudFormation tells resources apart by logical id. With another
 * id it makes a second resource of the same name, and the update fails: the first is retained, and its name is taken. Who
 * changes a line adds a note under *Changes* in `infra/README.md`.
 */
const always = `
DeadLettersBBF8BAAB SQS::Queue role-sync-prod-dead-letters
DeadLettersPolicy05322138 SQS::QueuePolicy
Changes510ED4B0 SQS::Queue role-sync-prod-changes
ChangesPolicy8BF386ED SQS::QueuePolicy
LedgerB7379752 DynamoDB::GlobalTable role-sync-prod-ledger
HistoryC127576E DynamoDB::GlobalTable role-sync-prod-history
WachtSecretAA7E89A1 SecretsManager::Secret role-sync/prod/wacht
ProjectSecret32F3D855 SecretsManager::Secret role-sync/prod/project
PersonSecretFFA1D4A9 SecretsManager::Secret role-sync/prod/person
DueChanges5223C12A DynamoDB::GlobalTable role-sync-prod-due
DueSecretBB3E2064 SecretsManager::Secret role-sync/prod/due
DueLogs3896ED0C Logs::LogGroup /aws/lambda/role-sync-prod-due
DueRoleFD41D51E IAM::Role
DueRoleDefaultPolicyBCE6D863 IAM::Policy
Due5EF6A41D Lambda::Function role-sync-prod-due
DueSchedule0A7289EE Events::Rule
DueScheduleAllowEventRulerolesyncprodDue526C036CD0CFAB00 Lambda::Permission
DueErrorsAlarm35ADA6AF CloudWatch::Alarm role-sync-prod-due-errors
DueThrottlesAlarm165EED94 CloudWatch::Alarm role-sync-prod-due-throttles
DueLateAlarm8A697165 CloudWatch::Alarm role-sync-prod-due-late
SyncLogs82B3FA1D Logs::LogGroup /aws/lambda/role-sync-prod-sync
SyncRole7E525412 IAM::Role
SyncRoleDefaultPolicy90C0179F IAM::Policy
SyncEC3EAE86 Lambda::Function role-sync-prod-sync
ChangesToSyncC2C5BB59 Lambda::EventSourceMapping
ReplayLogs17A414AC Logs::LogGroup /aws/lambda/role-sync-prod-replay
ReplayRoleD94AFF0C IAM::Role
ReplayRoleDefaultPolicy912FC29E IAM::Policy
Replay994FFC69 Lambda::Function role-sync-prod-replay
DrainSchedule1B1E48F3 Events::Rule
DrainScheduleAllowEventRulerolesyncprodReplay124504613430C2A5 Lambda::Permission
DeadLettersVisibleAlarmB473CDF5 CloudWatch::Alarm role-sync-prod-dead-letters-visible
InFlightAlarm2C265B94 CloudWatch::Alarm role-sync-prod-changes-in-flight
NotConsumedAlarmE8C2DCAE CloudWatch::Alarm role-sync-prod-changes-not-consumed
WachtOldestChangeAlarm7A936B3D CloudWatch::Alarm role-sync-prod-sync-oldest-change-wacht
WachtCredentialsRejectedAlarmD3C79EBE CloudWatch::Alarm role-sync-prod-sync-credentials-rejected-wacht
WachtBreakerOpenAlarm312C1A22 CloudWatch::Alarm role-sync-prod-sync-breaker-open-wacht
WachtTimeToEffectAlarm4F5198A6 CloudWatch::Alarm role-sync-prod-sync-time-to-effect-wacht
WachtWithdrawalOverdueAlarmE7D9547F CloudWatch::Alarm role-sync-prod-sync-withdrawal-overdue-wacht
ProjectOldestChangeAlarm85A16C06 CloudWatch::Alarm role-sync-prod-sync-oldest-change-project
ProjectCredentialsRejectedAlarm5D8D9891 CloudWatch::Alarm role-sync-prod-sync-credentials-rejected-project
ProjectBreakerOpenAlarm10129B0F CloudWatch::Alarm role-sync-prod-sync-breaker-open-project
ProjectTimeToEffectAlarm9FBE88FD CloudWatch::Alarm role-sync-prod-sync-time-to-effect-project
ProjectWithdrawalOverdueAlarmDF636F3A CloudWatch::Alarm role-sync-prod-sync-withdrawal-overdue-project
PersonOldestChangeAlarmC4AE5F36 CloudWatch::Alarm role-sync-prod-sync-oldest-change-person
SyncErrorsAlarm3839A37B CloudWatch::Alarm role-sync-prod-sync-errors
SyncThrottlesAlarmE7EFC309 CloudWatch::Alarm role-sync-prod-sync-throttles
ReplayErrorsAlarmB9F8C081 CloudWatch::Alarm role-sync-prod-replay-errors
ReplayThrottlesAlarmD3447C0F CloudWatch::Alarm role-sync-prod-replay-throttles
LedgerReadThrottlesAlarm624DCE84 CloudWatch::Alarm role-sync-prod-ledger-read-throttles
LedgerWriteThrottlesAlarm53190EEC CloudWatch::Alarm role-sync-prod-ledger-write-throttles
HistoryWriteThrottlesAlarm2B8CB65E CloudWatch::Alarm role-sync-prod-history-write-throttles
OldestLetterAlarm5A71ED18 CloudWatch::Alarm role-sync-prod-dead-letters-oldest
DeadWithdrawalAlarmEA5F61D7 CloudWatch::Alarm role-sync-prod-dead-letters-withdrawal-overdue
DrainAlarmF06B919D CloudWatch::Alarm role-sync-prod-dead-letters-not-drained
Dashboard9E4231ED CloudWatch::Dashboard role-sync-prod
DriftAlarm346ACD15 CloudWatch::Alarm role-sync-prod-sweep-drift
Sweep576358E8 Lambda::Function role-sync-prod-sweep
SweepErrorsAlarm011C10FB CloudWatch::Alarm role-sync-prod-sweep-errors
SweepIncompleteAlarm90E297E8 CloudWatch::Alarm role-sync-prod-sweep-incomplete
SweepLogsD6C54147 Logs::LogGroup /aws/lambda/role-sync-prod-sweep
SweepNotRunAlarm9A6AA6DD CloudWatch::Alarm role-sync-prod-sweep-not-run
SweepReadingsED34C0CE DynamoDB::GlobalTable role-sync-prod-sweep
SweepRole19075C26 IAM::Role
SweepRoleDefaultPolicy221E6CF3 IAM::Policy
SweepSchedule80B1140B Events::Rule
SweepScheduleAllowEventRulerolesyncprodSweep568C9D33D953400D Lambda::Permission
SweepThrottlesAlarm87A6E6DC CloudWatch::Alarm role-sync-prod-sweep-throttles
`

/** What the two declared sources add. */
const withSources = `
SourceoktaSecret039A8B78 SecretsManager::Secret role-sync/prod/okta-event-hook
SourcehrSecret847239AD SecretsManager::Secret role-sync/prod/hr-webhook
IntakeLogs61A499FC Logs::LogGroup /aws/lambda/role-sync-prod-intake
IntakeRole8913C69A IAM::Role
IntakeRoleDefaultPolicy93D4F555 IAM::Policy
IntakeA0CA28E8 Lambda::Function role-sync-prod-intake
IntakeApi3D29F7E4 ApiGatewayV2::Api role-sync-prod-intake
IntakeApiPOSTsourcesoktaToIntake5E1DFC36 ApiGatewayV2::Integration
IntakeApiPOSTsourcesoktaToIntakePermission5C951D64 Lambda::Permission
IntakeApiPOSTsourcesokta029D3522 ApiGatewayV2::Route
IntakeApiGETsourcesoktaToIntakePermission3312DB95 Lambda::Permission
IntakeApiGETsourcesokta3CAEA263 ApiGatewayV2::Route
IntakeApiPOSTsourceshrToIntakePermissionAA2690D0 Lambda::Permission
IntakeApiPOSTsourceshr8F7F5A47 ApiGatewayV2::Route
AccessLogs8B620ECA Logs::LogGroup /aws/vendedlogs/role-sync-prod-intake
AccessLogsThrottled409DC6AF Logs::MetricFilter
IntakeStage2DD8DF94 ApiGatewayV2::Stage
IntakeErrorsAlarmBDA034FE CloudWatch::Alarm role-sync-prod-intake-errors
IntakeThrottlesAlarmAF2671F1 CloudWatch::Alarm role-sync-prod-intake-throttles
IntakeFailingAlarm967CAA99 CloudWatch::Alarm role-sync-prod-intake-failing
SourceAlarmsoktaUnauthorizedAlarmCE1A36F5 CloudWatch::Alarm role-sync-prod-intake-unauthorized-okta
SourceAlarmsoktaRefusedAlarmBA352A22 CloudWatch::Alarm role-sync-prod-intake-refused-okta
SourceAlarmsoktaThrottledAlarm8CC15083 CloudWatch::Alarm role-sync-prod-intake-throttled-okta
SourceAlarmsoktaClientErrorsAlarm6E04CAFB CloudWatch::Alarm role-sync-prod-intake-4xx-okta
SourceAlarmshrUnauthorizedAlarm5E5DE7C1 CloudWatch::Alarm role-sync-prod-intake-unauthorized-hr
SourceAlarmshrRefusedAlarmEA933B3B CloudWatch::Alarm role-sync-prod-intake-refused-hr
SourceAlarmshrThrottledAlarm256E0141 CloudWatch::Alarm role-sync-prod-intake-throttled-hr
SourceAlarmshrClientErrorsAlarm07DD1128 CloudWatch::Alarm role-sync-prod-intake-4xx-hr
`

const withOutcomes = `
Outcomes9EC31B62 SNS::Topic role-sync-prod-outcomes
OutcomesPolicy1E6AC6AC SNS::TopicPolicy
`

const withGuards = `
Approvals8537C562 DynamoDB::GlobalTable role-sync-prod-approvals
ApproveLogsACC60F57 Logs::LogGroup /aws/lambda/role-sync-prod-approve
ApproveRole03663024 IAM::Role
ApproveRoleDefaultPolicyFD1D801F IAM::Policy
Approve8740F6F0 Lambda::Function role-sync-prod-approve
ApproveUrlBE3DCCB9 Lambda::Url
ApproveErrorsAlarm0250AED3 CloudWatch::Alarm role-sync-prod-approve-errors
ApproveThrottlesAlarm30859910 CloudWatch::Alarm role-sync-prod-approve-throttles
ApprovalsReadThrottlesAlarmB6445181 CloudWatch::Alarm role-sync-prod-approvals-read-throttles
ChangesHeldAlarm923F1188 CloudWatch::Alarm role-sync-prod-sync-changes-held
`

const nameKeys = 'QueueName TopicName TableName FunctionName LogGroupName AlarmName DashboardName Name'.split(
  ' ',
)

const resourcesOf = (context: Record<string, unknown>): string[] =>
  Object.entries(templateOf(context).toJSON().Resources as Record<string, Resource>)
    .map(([id, { Type, Properties }]) => {
      const name = nameKeys.map(key => Properties[key]).find(value => typeof value === 'string')
      return [id, Type.replace('AWS::', ''), ...(name === undefined ? [] : [name])].join(' ')
    })
    .toSorted()

const lines = (...lists: string[]): string[] => lists.flatMap(list => list.trim().split('\n')).toSorted()

test('the resources of a stage keep their logical ids, types and names', () => {
  expect(resourcesOf({ stage: 'prod' })).toEqual(lines(always))
})

test('so do those of its declared sources, topic and guards, and these change no other', () => {
  const all = resourcesOf({ stage: 'prod', sources, outcomes: 'on', guards })
  expect(all).toEqual(lines(always, withSources, withOutcomes, withGuards))
})
