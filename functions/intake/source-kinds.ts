import type { Parsed } from '../core/event/role-catalogue.ts'
import { cloudevents } from './cloudevents/cloudevents-source.ts'
import { okta } from './okta/okta-source.ts'
import { type Declared, parseSourcesOf, type SourcesWorld } from './source-declarations.ts'
import type { SourceKind } from './source-kind.ts'
import { wacht } from './wacht/wacht-source.ts'

export type { Declared, SourcesWorld }

/** The one list of kinds of sources. */
export const sourceKinds: readonly SourceKind[] = [
  cloudevents,
  okta,
  wacht,
] as readonly unknown[] as readonly SourceKind[]

/** Parses the content of a file of sources. Each problem names its path and the rule. */
export const parseSources = (content: unknown, world?: SourcesWorld): Parsed<readonly Declared[]> =>
  parseSourcesOf(sourceKinds, content, world)

/** The name of the setting that holds the ARN of a source's secret. */
export const secretSetting = (source: string): string =>
  `${source.toUpperCase().replaceAll('-', '_')}_SOURCE_SECRET_ARN`

/** The prefix of all sources' routes. */
export const sourcesPath = '/sources'

/** The path of a source's route. */
export const sourcePath = (source: string): string => `${sourcesPath}/${source}`

/** The methods that the route of a source takes. */
export const methodsOf = (kind: SourceKind): readonly ('GET' | 'POST')[] =>
  kind.challenge ? ['POST', 'GET'] : ['POST']
