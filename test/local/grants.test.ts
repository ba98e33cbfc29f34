import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import type { IncomingMessage } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { createSignedPost, type Transport } from '../../functions/aws/aws-json.ts'
import { createDueCipher } from '../../functions/aws/due-cipher.ts'
import { createDueTable } from '../../functions/aws/due-table.ts'
import { sha256 } from '../../functions/aws/sha256.ts'
import { dueItemOf } from '../../functions/core/due/due-item.ts'
import { sampleSources } from '../../infra/local/run/local-synthesis.ts'
import { faults } from '../../infra/local/sandbox/faults.ts'
import { resolve } from '../../infra/local/template/intrinsic-functions.ts'
import { resourcesOf, type Template } from '../../infra/local/template/template-resources.ts'
import { scopeOf } from '../../infra/local/template/template-scope.ts'
import { type Handler, handlers } from '../../infra/paths.ts'
import { cloudevents, okta, type SourceSubject, wacht as webhooks } from '../intake/subjects.ts'
import { batchesOf } from '../support/aws.ts'
import { filesIn, importsOf, sourceOf } from '../support/imports.ts'
import { realStack } from './real-stack.ts'
import { wachtEvent } from './sample-events.ts'
import type { TinyStack } from './tiny-stack.ts'

/**
 * What each function asks of AWS against what its role allows. The bundled functions run on the local stack, and every request that
 * reaches an engine is noted with the function that signed it. The requests that a bundle can send hold the notes to be complete.
 */
const folder = mkdtempSync(join(tmpdir(), 'role-sync-grants-'))
const guards = join(folder, 'guards.json')
writeFileSync(
  guards,
  JSON.stringify({
    protected: [{ member: 'wacht/7301954381230018561/3', why: 'break-glass owner' }],
    burst: [{ floor: 10, share: 0.5 }],
  }),
)
const sample = JSON.parse(readFileSync(sampleSources, 'utf8')) as object
const hints = { kind: 'wacht', secret: 'wacht-webhook', organizations: ['7301954381230018561'] }
const sources = join(folder, 'sources.json')
writeFileSync(sources, JSON.stringify({ ...sample, wacht: hints }))
const { wacht, synthesis, start } = await realStack(
  ...['renewAfterSeconds=0.001', 'functionTimeoutSeconds=60', 'requestTimeoutSeconds=20', 'outcomes=on'],
  ...[`guards=${guards}`, `sources=${sources}`],
)
rmSync(folder, { recursive: true })
const scope = scopeOf(synthesis.template, { region: 'us-east-1', sqsUrl: 'http://127.0.0.1' })
const functions = resourcesOf(synthesis.template, 'AWS::Lambda::Function')
const nameOf = (id: string) => scope.ref(id).split('-').at(-1) as Handler

/** The template whose functions sign with their own name, as each has a role of its own where it is deployed. */
const signing: Template = {
  Resources: Object.fromEntries(
    Object.entries(synthesis.template.Resources).map(([id, resource]) => {
      if (resource.Type !== 'AWS::Lambda::Function') return [id, resource]
      const { Variables } = resource.Properties.Environment as { Variables: object }
      const Environment = { Variables: { ...Variables, AWS_ACCESS_KEY_ID: nameOf(id) } }
      return [id, { ...resource, Properties: { ...resource.Properties, Timeout: 60, Environment } }]
    }),
  ),
}

/** One request: the function, the operation of the API, and the last part of the resource's name. */
interface Call {
  readonly by: string
  readonly operation: string
  readonly resource: string
}
const calls = new Map<string, Call>()

/** Notes the request of a function once its body is there. The engines read it as ever. */
function note(message: unknown): void {
  const { request } = message as { request: IncomingMessage }
  const by = /Credential=(\w+)\//.exec(String(request.headers.authorization))?.[1] ?? ''
  if (!(handlers as readonly string[]).includes(by)) return
  const chunks: Buffer[] = []
  const emit = request.emit.bind(request)
  request.emit = (name: string, ...rest: unknown[]) => {
    if (name === 'data') chunks.push(Buffer.from(rest[0] as Buffer))
    if (name === 'end') read()
    return emit(name, ...rest)
  }
  const read = () => {
    const target = request.headers['x-amz-target']
    const text = Buffer.concat(chunks).toString()
    // SNS is sent a form.
    const body = target ? JSON.parse(text) : Object.fromEntries(new URLSearchParams(text))
    const invoked = /functions\/([^/]+)\/invocations$/.exec(request.url ?? '')?.[1]
    const operation = target
      ? String(target).replace('AmazonSQS', 'sqs')
      : invoked
        ? 'lambda.InvokeFunction'
        : `sns.${body.Action}`
    const resources = body.RequestItems
      ? Object.keys(body.RequestItems)
      : [invoked ?? body.QueueUrl ?? tableOf(body) ?? body.SecretId ?? body.TopicArn]
    for (const each of resources) {
      const call = { by, operation, resource: lastOf(each) }
      calls.set(Object.values(call).join(' '), call)
    }
  }
}
const tableOf = ({ TableName, IndexName }: Readonly<Record<string, string | undefined>>) =>
  IndexName === undefined ? TableName : `${TableName}/index/${IndexName}`
/** The last part of a name; of an index that of its table, and its own. */
const lastOf = (name: string): string => /[^/:]+(\/index\/[^/]+)?$/.exec(name)?.[0] as string

/** The action that IAM asks for: a batch needs that of its single request, but for DynamoDB. */
const actionOf = (operation: string): string => {
  const [service = '', name = ''] = operation.split('.')
  if (/^s[qn]s$/.test(service)) return `${service}:${name.replace(/Batch$/, '')}`
  return `${service.startsWith('DynamoDB') ? 'dynamodb' : service}:${name}`
}

let stack: TinyStack
beforeAll(async () => {
  subscribe('http.server.request.start', note)
  stack = await start({ template: signing, overrides: { DEADLINE_MS: '60000' } })
  await everyPath()
})
afterAll(() => void unsubscribe('http.server.request.start', note))

/** Lets each function do all that it can: every kind of end, a retry, a person, a delivery of each source, a replay, a drain, a sweep. */
async function everyPath(): Promise<void> {
  const deliver = async (source: string, kind: SourceSubject, body: string) => {
    const { headers } = kind.sign(body, synthesis.sourceTokens.get(source) as string)
    const answer = await fetch(`${stack.apiUrl}/sources/${source}`, { method: 'POST', headers, body })
    expect(await answer.text()).toContain('"accepted":')
  }
  const invoke = async (request: object, name = 'replay') => {
    const functions = `${stack.environment.AWS_ENDPOINT_URL_LAMBDA}/2015-03-31/functions`
    const answer = await fetch(`${functions}/role-sync-local-${name}/invocations`, {
      ...{ method: 'POST', body: JSON.stringify(request) },
    })
    expect(await answer.json()).not.toHaveProperty('errorMessage')
  }
  const settled = (event: string) => stack.until(() => stack.settled.some(each => each.event === event))

  await deliver('hr', cloudevents, JSON.stringify([wachtEvent('delivered')]))
  await deliver('okta', okta, okta.documented)
  wacht.always(memberOf('2'), faults.error(422))
  await stack.send(
    ...['not json', body('unknown', { role: 'nobody' }), body('refused', { membershipId: '2' })],
    ...[body('known', { membershipId: '1' }), body('unreachable', projectMember)],
  )
  stack.poll()
  for (const event of ['unknown', 'refused', 'known']) await settled(event)
  await stack.until(() => stack.lines.some(line => /"retry".*"unreachable"/.test(line)))
  await stack.send(JSON.stringify({ ...wachtEvent('person'), data: { person, role: 'engineer' } }))
  await settled(`person/${memberOf('1')}`)
  const from = new Date(Date.now() + 86_400_000).toISOString()
  await stack.send(JSON.stringify({ ...wachtEvent('later'), data: { person, role: 'engineer', from } }))
  await settled('later')

  await stack.send(body('withdrawn', { membershipId: '1', role: 'member' }))
  await settled('withdrawn')
  const held = wachtEvent('held', { data: { membershipId: '3' } })
  await stack.send(JSON.stringify(held))
  await settled('held')
  await approve(held)

  wacht.always(memberOf('2'), undefined)
  await invoke({ action: 'replay', dryRun: false })
  await invoke({ action: 'drain' })
  const unmanaged = await fetch(`${wacht.url}/organizations/7301954381230018561/members/8`, {
    ...{ method: 'PATCH', headers: { authorization: 'Bearer t', 'content-type': 'application/json' } },
    body: JSON.stringify({ role_id: '7301954381230017002' }),
  })
  expect(unmanaged.status).toBe(200)
  await invoke({ action: 'run' }, 'sweep')
  const ofRounds = () => stack.lines.filter(line => line.includes('"round"'))
  const before = ofRounds().length
  await deliver('wacht', webhooks, webhooks.documented)
  await stack.until(() => ofRounds().length > before)
  await putDue('due')
  await invoke({}, 'due')
  await settled('due')
}

/** Puts a change into the table that is due already, encrypted as one that names a person. */
async function putDue(id: string): Promise<void> {
  const key = async () => synthesis.secrets.get('role-sync/local/due')
  const cipher = createDueCipher(key, key, Date.now, () => {})
  const table = createDueTable('role-sync-local-due', batchesOf(stack.dynamodb), cipher)
  const version = { time: '2026-11-23T09:15:00', sequence: '', source: 's', id }
  const facts = {
    at: Date.now(),
    half: 'begin',
    body: body(id, { membershipId: '5' }),
    version,
    member: null,
  } as const
  await table.put([dueItemOf(facts, sha256)])
}

/** Approves a change at the function's URL, as an operator would. */
async function approve({ id, source }: { readonly id: string; readonly source: string }): Promise<void> {
  const { AWS_ENDPOINT_URL_LAMBDA } = stack.environment
  const found = await fetch(`${AWS_ENDPOINT_URL_LAMBDA}/2021-10-31/functions/role-sync-local-approve/url`)
  const { FunctionUrl: URL } = (await found.json()) as { FunctionUrl: string }
  const env = { URL, AWS_REGION: 'us-east-1', AWS_ACCESS_KEY_ID: 'anna', AWS_SECRET_ACCESS_KEY: 'local' }
  const transport: Transport = async (endpoint, { host: _, ...headers }, text) => {
    const answer = await fetch(endpoint, { method: 'POST', headers, body: text })
    return { status: answer.status, text: await answer.text() }
  }
  const post = createSignedPost({ name: 'lambda', endpointVariable: 'URL' }, { env, transport })
  const version = { time: '2026-11-23T09:15:00', sequence: '', source, id }
  const change = { member: memberOf('3'), version, desired: { roleId: '7' } }
  const sent = JSON.stringify({ plan: '0'.repeat(64), why: 'a test', changes: [change] })
  expect(await post({ 'content-type': 'application/json' }, sent)).toMatchObject({ status: 200 })
}

const body = (id: string, data: object) => JSON.stringify(wachtEvent(id, { data: { ...data } }))
const memberOf = (membership: string) => `wacht/7301954381230018561/${membership}`
/** The address that the sandbox makes up for a member. */
const person = { email: 'u1@example.com' }
const projectMember = {
  ...{ target: 'project', organizationId: undefined, membershipId: undefined, role: 'engineer' },
  projectId: '3c90c3cc-0d44-4b50-8888-8dd25736052a',
  memberId: '5d2e8f10-0000-4000-8000-000000000001',
}

/** What Lambda's event source mapping asks for with the role of the function (its documentation names the three). */
const ofTheMapping = ['ReceiveMessage', 'DeleteMessage', 'GetQueueAttributes'].map(
  action => `sqs:${action} role-sync-local-changes`,
)

/** What a function's role allows at the services of the engines, as `action resource`. */
function grantsOf(id: string): string[] {
  const { Role } = synthesis.template.Resources[id]!.Properties as { Role: { 'Fn::GetAtt': string[] } }
  const [role] = Role['Fn::GetAtt']
  return resourcesOf(synthesis.template, 'AWS::IAM::Policy')
    .filter(({ properties }) => (properties.Roles as { Ref: string }[]).some(({ Ref }) => Ref === role))
    .flatMap(({ properties }) => (properties.PolicyDocument as { Statement: Statement[] }).Statement)
    .flatMap(({ Action, Resource }) =>
      [Action]
        .flat()
        .flatMap(action =>
          [resolve(Resource, scope)].flat().map(resource => `${action} ${lastOf(String(resource))}`),
        ),
    )
    .filter(grant => /^(sqs|dynamodb|secretsmanager|sns|lambda):/.test(grant))
    .sort()
}
interface Statement {
  readonly Action: string | string[]
  readonly Resource: unknown
}

const callsOf = (name: string) => [...calls.values()].filter(({ by }) => by === name)
const sorted = (texts: Iterable<string>) => [...new Set(texts)].sort()

test.each(functions.map(({ id }) => [nameOf(id), id] as const))(
  'the role of %s allows what the function asks for, and nothing else',
  (name, id) => {
    const asked = callsOf(name).map(({ operation, resource }) => `${actionOf(operation)} ${resource}`)
    expect(grantsOf(id)).toEqual(sorted([...asked, ...(name === 'sync' ? ofTheMapping : [])]))
  },
)

/** The commands of SQS that the files name which a function imports; its bundle has them unless it needs another part of a file. */
function commandsOf(name: Handler, id: string): string[] {
  const bundle = readFileSync(join(synthesis.assetOf(synthesis.template.Resources[id]!), 'index.mjs'), 'utf8')
  const reached = new Set<string>()
  const reach = (file: string): void => {
    if (reached.has(file)) return
    reached.add(file)
    for (const { to, local } of importsOf(file)) if (local) reach(to)
  }
  reach(`functions/${name}/${name}-handler.ts`)
  const named = [...reached].flatMap(file => [...sourceOf(file).matchAll(/new (\w+)Command\(/g)])
  return sorted(named.map(([, command = '']) => command).filter(command => bundle.includes(`"${command}"`)))
}

test.each(functions.map(({ id }) => [nameOf(id), id] as const))(
  'every request to SQS that the bundle of %s can send was sent here',
  (name, id) => {
    const sent = callsOf(name).flatMap(({ operation }) => /^sqs\.(.+)/.exec(operation)?.[1] ?? [])
    expect(sorted(sent)).toEqual(commandsOf(name, id))
  },
)

test('every request to DynamoDB and Secrets Manager that the functions can send was sent here', () => {
  const named = filesIn('functions/aws').flatMap(file => [...sourceOf(file).matchAll(/\bcall\('(\w+)'/g)])
  const sent = [...calls.values()].flatMap(
    ({ operation }) => /^(?!s[qn]s|lambda)\w+\.(.+)/.exec(operation)?.[1] ?? [],
  )
  expect(sorted(sent)).toEqual(sorted(named.map(([, action = '']) => action)))
})
