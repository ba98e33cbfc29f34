import { BatchWriteItemCommand, type DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { marshall } from '@aws-sdk/util-dynamodb'
import { forEachOf } from '../../../functions/core/for-each-of.ts'
import { namesOf } from '../../../functions/core/resource-names.ts'
import type { SweepAnswer } from '../../../functions/sweep/sweep-world.ts'
import { secretArn, startEngines } from '../../../infra/local/engines/embedded-engines.ts'
import { dynamoDbAt } from '../../support/aws.ts'
import { appliedOf, entryOf } from '../../support/entries.ts'
import { createLedgerTable } from '../../support/ledger-table.ts'
import { idAt, pageOf } from '../../support/rosters.ts'
import { json, startServer } from '../../support/server.ts'
import { projectTarget, type Subject, wachtIds } from '../../support/subjects.ts'
import { startChild } from '../child.ts'
import { runCommand } from '../letters/command.ts'
import { interleaved, median } from '../measure.ts'
import type { Section } from '../section.ts'
import { countRequests } from '../services/requests.ts'
import { settingsOf } from '../services/settings.ts'

/** What one round of the sweep meets: so many scopes of so many members at a target. */
interface Stage {
  readonly subject: Subject
  readonly scopes: number
  readonly members: number
}

/** One reading in a process of its own. */
interface Sample {
  readonly seconds: number
  readonly peakBytes: number
  readonly calls: Readonly<Record<string, number>>
}

/** The most members of a page of a target, and the most entries of a read. */
const atOnce = 100

const secret = 'bench/target'

/** What a round of the sweep and a review take over so many members, against the fewest calls and reads possible. */
export async function sweep(rounds: number, members = 10_000): Promise<Section> {
  const large: Stage = { subject: wachtIds, scopes: 1, members }
  const stages: Stage[] = [
    { subject: wachtIds, scopes: members / atOnce, members: atOnce },
    large,
    { subject: projectTarget, scopes: 1, members },
  ]
  const requests = countRequests()
  const engines = await startEngines({ port: 0, region, secrets: new Map([[secret, '{"token":"t"}']]) })
  const client = dynamoDbAt(engines.dynamodb.url)
  const targets = await Promise.all(stages.map(startTarget))
  const environmentOf = (stage: Stage) =>
    environmentAt(nameOf(stages.indexOf(stage)), targets[stages.indexOf(stage)]?.url as string)
  const counted = async (run: Promise<Omit<Sample, 'calls'>>): Promise<Sample> => ({
    ...(await run),
    calls: requests.take(),
  })
  try {
    await forEachOf(stages, 1, stage => fill(client, stage, nameOf(stages.indexOf(stage))))
    requests.take()
    const samples = await interleaved(stages, rounds, stage =>
      counted(readRound(stage, { ...engines.environment, ...environmentOf(stage) })),
    )
    const args = ['review', '--scope', scopesOf(large)[0] as string, '--no-letters', '--people', '--csv', '-']
    const reviewed = await counted(runCommand(args, { ...engines.environment, ...environmentOf(large) }))
    return {
      title: `The sweep: a reading of ${members} members`,
      note: `medians of ${rounds} rounds, each in a fresh process of the function, without a limit of calls a minute; the review once, with its own 240 calls a minute; embedded DynamoDB and a target that lists in another process; two scopes of the catalogue are empty, and have one call each; fewest: ${atOnce} members a call, ${atOnce} entries a read`,
      rows: [
        ...stages.map(stage => rowOf('round', stage, samples.get(stage) as Sample[])),
        rowOf('review', large, [reviewed]),
      ],
    }
  } finally {
    client.destroy()
    await Promise.all([engines, ...targets].map(each => each.stop()))
  }
}

const region = 'us-east-1'
const nameOf = (n: number) => `bench-${n}`

/** What the function and the command find in their environment. */
const environmentAt = (stage: string, url: string) => ({
  ...settingsOf(),
  ...{ ROLE_SYNC_STAGE: stage, AWS_ENDPOINT_URL_LAMBDA: 'http://127.0.0.1:9' },
  ...{ LEDGER_TABLE: namesOf(stage).ledgerTable, SWEEP_TABLE: namesOf(stage).sweepTable },
  ...{ WACHT_URL: url, WACHT_SECRET_ARN: secretArn(region, secret), WACHT_DIALECT: 'role_ids' },
  ...{ PROJECT_URL: url, PROJECT_SECRET_ARN: secretArn(region, secret) },
  ...{ SWEEP_EVERY_MS: '86400000', SWEEP_SETTLE_MS: '60000', SWEEP_KEEP_MS: '86400000' },
  SWEEP_CALLS_PER_MINUTE: '10000000',
})

/** Reads all scopes in a fresh process of the function. Rejects unless each reading is complete. */
async function readRound({ scopes, subject }: Stage, env: Readonly<Record<string, string>>) {
  const child = startChild('sweep/process.ts', [], env)
  try {
    const { seconds, peakBytes, ...answer } = await child.answered<SweepAnswer & Omit<Sample, 'calls'>>()
    if (answer.read < scopes || answer.left + answer.incomplete > 0)
      throw new Error(`${subject.name}: not all scopes were read`)
    return { seconds, peakBytes }
  } finally {
    await child.stop()
  }
}

function rowOf(what: string, { subject, scopes, members }: Stage, samples: readonly Sample[]) {
  const middle = (pick: (sample: Sample) => number) => median(samples.map(pick))
  const calls = (operation: string) => middle(sample => sample.calls[operation] ?? 0)
  const fewest = scopes * Math.ceil(members / atOnce)
  return {
    what,
    target: subject.name,
    scopes,
    'members each': members,
    'list calls': calls('target'),
    reads: calls('BatchGetItem'),
    fewest,
    'index queries': calls('Query'),
    'index scans': calls('Scan'),
    'sweep table': calls('GetItem') + calls('PutItem'),
    seconds: Number(middle(({ seconds }) => seconds).toFixed(2)),
    'peak RSS, MB': Math.round(middle(({ peakBytes }) => peakBytes) / 1e6),
  }
}

/** The names of the scopes of a stage. */
const scopesOf = ({ subject, scopes }: Stage): string[] =>
  Array.from({ length: scopes }, (_, n) =>
    subject.name === 'project'
      ? `project/11111111-0000-4000-8000-${String(n).padStart(12, '0')}`
      : `wacht/${1000 + n}`,
  )

/** A target with the members of these scopes, and no member in any other. */
function startTarget(stage: Stage) {
  const known = new Set(scopesOf(stage).map(scope => scope.split('/')[1]))
  const weights = new Array<number>(stage.members).fill(100)
  return startServer((response, { url }) => {
    const isKnown = url.split(/[/?]/).some(part => known.has(part))
    json(response, 200, pageOf(stage.subject, { weights: isKnown ? weights : [] }, url).body)
  })
}

/** Creates the tables of a stage; every member of it has an entry with the state that the target shows. */
async function fill(client: DynamoDBClient, stage: Stage, name: string): Promise<void> {
  const { ledgerTable, sweepTable } = namesOf(name)
  for (const table of [ledgerTable, sweepTable]) await createLedgerTable(client, table)
  const applied = appliedOf(
    1,
    stage.subject.name === 'project' ? { groupIds: [], owner: true } : { roleId: '7' },
  )
  const entries = scopesOf(stage).flatMap(scope =>
    Array.from({ length: stage.members }, (_, n) => ({
      ...entryOf({ member: `${scope}/${idAt(stage.subject, n)}`, applied }),
      scope,
    })),
  )
  const firsts = Array.from({ length: Math.ceil(entries.length / 25) }, (_, index) => index * 25)
  await forEachOf(firsts, 8, async first => {
    const requests = entries
      .slice(first, first + 25)
      .map(entry => ({ PutRequest: { Item: marshall(entry) } }))
    await client.send(new BatchWriteItemCommand({ RequestItems: { [ledgerTable]: requests } }))
  })
}
