import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Template } from 'aws-cdk-lib/assertions'
import type { OwnPackage } from '../../infra/context/alarm-settings.ts'
import { createApp, type Resource, type SynthOptions } from '../../infra/synth.ts'

/** The sources of the sample: what is in the repository declares none. */
export { sampleSources as sources } from '../../infra/local/run/local-synthesis.ts'

/** A guard: what is in the repository declares none. */
export const guards = {
  protected: [{ member: 'wacht/1/2', why: 'break-glass owner', senders: ['intake/okta', 'AROAEXAMPLE'] }],
}

/** Runs with a directory of its own and leaves nothing of it behind. */
export function withOutdir<T>(use: (outdir: string) => T): T {
  const outdir = mkdtempSync(join(tmpdir(), 'role-sync-infra-'))
  try {
    return use(outdir)
  } finally {
    rmSync(outdir, { recursive: true, force: true })
  }
}

/** The app of a stage as `cdk.json` and the context given describe it, its handlers not bundled. */
export const appOf = (
  context: Record<string, unknown>,
  outdir: string,
  options: Partial<SynthOptions> = {},
) => createApp({ context: { ...context, 'aws:cdk:bundling-stacks': [] }, outdir, ...options })

/** The template of a stage. */
export const templateOf = (
  context: Record<string, unknown> = { stage: 'prod' },
  ownPackage?: OwnPackage,
): Template => withOutdir(outdir => Template.fromStack(appOf(context, outdir, { ownPackage }).stack))

/** The one resource of a type; throws where there is none or another. */
export function only(template: Template, type: string): Resource & { readonly id: string } {
  const [found, ...others] = Object.entries(template.findResources(type))
  if (!found || others.length > 0)
    throw new Error(`expected one ${type}, found ${others.length + (found ? 1 : 0)}`)
  return { id: found[0], ...(found[1] as Resource) }
}

/** The logical id of the one resource whose property has this value. */
export function idOf(template: Template, type: string, property: string, value: string): string {
  const [id] = Object.keys(template.findResources(type, { Properties: { [property]: value } }))
  if (id === undefined) throw new Error(`no ${type} with ${property} ${value}`)
  return id
}

/** The resource of a type whose logical id begins so: that of one function among those of several. */
export function startingWith(
  template: Template,
  type: string,
  start: string,
): Resource & { readonly id: string } {
  const found = Object.entries(template.findResources(type)).find(([id]) => id.startsWith(start))
  if (!found) throw new Error(`no ${type} whose id begins with ${start}`)
  return { id: found[0], ...(found[1] as Resource) }
}

/** A reference to a resource's ARN, as the template writes it. */
export const arnOf = (id: string) => ({ 'Fn::GetAtt': [id, 'Arn'] })

/** The statements of one function's policy; the actions of each are a sorted list. */
export function permissionsOf(template: Template, name: string) {
  const { PolicyDocument } = startingWith(template, 'AWS::IAM::Policy', name).Properties
  const { Statement } = PolicyDocument as { Statement: { readonly Action: string | string[] }[] }
  return Statement.map(statement => ({ ...statement, Action: [statement.Action].flat().toSorted() }))
}

/** A statement that allows these actions on a resource. */
export const allow = (Action: readonly string[], Resource: unknown) => ({ Effect: 'Allow', Action, Resource })
