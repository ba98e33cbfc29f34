import { Readable, Writable } from 'node:stream'
import { BatchWriteItemCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { marshall } from '@aws-sdk/util-dynamodb'
import { sha256 } from '../../../functions/aws/sha256.ts'
import type { CliWorld } from '../../../functions/cli/io/cli-world.ts'
import { run } from '../../../functions/cli/program.ts'
import { forEachOf } from '../../../functions/core/for-each-of.ts'
import { type HistoryItem, proofItem } from '../../../functions/core/history/history-item.ts'
import { namesOf } from '../../../functions/core/resource-names.ts'
import type { Section } from '../section.ts'
import { startServices } from '../services/services.ts'

const start = Date.UTC(2026, 0, 1)
const minute = 60_000

/** So many members are in one scope, and so many proofs each has. */
const [membersOfScope, proofsOfMember] = [100, 10]

/** How often each command runs. */
const runs = 100

const source = '//bench.example.com'
const scopeOf = (n: number) => `wacht/${1 + Math.floor(n / membersOfScope / proofsOfMember)}`
const memberOf = (n: number) => `${scopeOf(n)}/${1 + Math.floor(n / proofsOfMember)}`

/** The n-th proof: a minute after the one before it. */
function itemOf(n: number): HistoryItem {
  const at = start + n * minute
  const version = { time: new Date(at).toISOString().slice(0, -5), sequence: '', source, id: `e${n}` }
  const applied = {
    version,
    event: `e${n}`,
    message: `m${n}`,
    desired: { roleId: String(1 + (n % 9)) },
    at,
    receives: 1,
  }
  return proofItem(memberOf(n), applied, sha256)
}

/** How long the commands that read the history take, in this process, over so many items in the embedded DynamoDB. */
export async function record(count: number): Promise<Section> {
  const services = await startServices()
  const { AWS_ENDPOINT_URL_DYNAMODB: endpoint = '' } = services.environment
  const client = new DynamoDBClient({
    ...{ endpoint, region: 'us-east-1', credentials: { accessKeyId: 'local', secretAccessKey: 'local' } },
  })
  const table = namesOf('bench').historyTable
  const any = (of: number) => (of * 7919) % count
  const commands: readonly (readonly [string, number, (n: number) => string[]])[] = [
    ['status', runs, n => ['status', `e${any(n)}`, '--source', source]],
    ['history', runs, n => ['history', memberOf(any(n))]],
    [
      'who',
      runs,
      n => ['who', '--scope', scopeOf(any(n)), '--at', new Date(start + any(n) * minute).toISOString()],
    ],
    [
      'who --decided',
      runs,
      n => [
        'who',
        '--scope',
        scopeOf(any(n)),
        '--at',
        new Date(start + any(n) * minute).toISOString(),
        '--decided',
      ],
    ],
    ['history export', 1, () => ['history', 'export', '-']],
  ]
  try {
    await fill(client, table, count)
    const rows = []
    for (const [what, times, argsOf] of commands) {
      const took: number[] = []
      for (let n = 0; n < times; n++) {
        const began = performance.now()
        const code = await run(
          [...argsOf(n), '--stage', 'bench'],
          worldOf(client, start + (count + 1) * minute),
        )
        took.push(performance.now() - began)
        if (code === 2) throw new Error(`${argsOf(n).join(' ')} failed`)
      }
      const sorted = took.toSorted((a, b) => a - b)
      const at = (share: number) => Math.round(sorted[Math.ceil(share * times) - 1] as number)
      rows.push({ what, items: count, runs: times, 'p50 ms': at(0.5), 'p99 ms': at(0.99) })
    }
    return {
      title: 'The record: time of a command',
      note: `embedded DynamoDB in a process of its own; scopes of ${membersOfScope} members with ${proofsOfMember} proofs each; commands in this process, without the start of Node`,
      rows,
    }
  } finally {
    client.destroy()
    await services.stop()
  }
}

async function fill(client: DynamoDBClient, table: string, count: number): Promise<void> {
  const firsts = Array.from({ length: Math.ceil(count / 25) }, (_, index) => index * 25)
  await forEachOf(firsts, 8, async first => {
    const numbers = Array.from({ length: Math.min(25, count - first) }, (_, index) => first + index)
    const requests = numbers.map(n => ({
      PutRequest: { Item: marshall(itemOf(n), { removeUndefinedValues: true }) },
    }))
    await client.send(new BatchWriteItemCommand({ RequestItems: { [table]: requests } }))
  })
}

/** A world whose output goes nowhere. */
function worldOf(client: DynamoDBClient, now: number): CliWorld {
  const nowhere = () => new Writable({ write: (_, __, done) => done() })
  const missing = (): never => {
    throw new Error('not in this bench')
  }
  return {
    ...{ stdin: Readable.from([]), stdout: nowhere(), stderr: nowhere(), env: {} },
    ...{ sqs: missing, dynamodb: () => client, lambda: missing, sns: missing },
    logs: missing,
    doctorClients: missing,
    ...{ now: () => now, wait: async () => undefined, stop: new AbortController().signal },
  }
}
