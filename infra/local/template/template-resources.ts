import type { Resource, Template as SynthesizedTemplate } from '../../synth.ts'

export type { Resource }

/** The part of a CloudFormation template that the local stack reads. Properties hold unresolved intrinsic functions. */
export type Template = Pick<SynthesizedTemplate, 'Resources'>

/** The properties of a resource. */
export type Properties = Readonly<Record<string, unknown>>

/** The resources of some types with their logical ids. */
export function resourcesOf(
  template: Template,
  ...types: string[]
): { id: string; properties: Properties }[] {
  return Object.entries(template.Resources)
    .filter(([, resource]) => types.includes(resource.Type))
    .map(([id, resource]) => ({ id, properties: resource.Properties }))
}
