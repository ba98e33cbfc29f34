import type { Scenario } from './scenario.ts'

/** A target of the simulated world. */
export type Place = 'wacht' | 'project'

/** The targets of a scenario. */
export const placesOf = ({ target }: Pick<Scenario, 'target'>): readonly Place[] =>
  target === 'both' ? ['wacht', 'project'] : [target]

/** Where a target is. */
export const urlAt = (place: Place): string => `https://${place}.example.com`

/** The target at which a URL is. */
export const placeAt = (url: string): Place => (url.startsWith(urlAt('project')) ? 'project' : 'wacht')

/** The target of a member, by the member's name. */
export const placeOf = (member: string): Place => (member.startsWith('project/') ? 'project' : 'wacht')
