import { sha256 } from '../aws/sha256.ts'
import { type Catalogue, catalogueHash } from '../core/event/role-catalogue.ts'
import { asObject } from '../core/json.ts'
import { parseCatalogue } from '../targets/index.ts'

/** The answer of the replay function to `describe`: the deployed role catalogue, and its SHA-256. */
export interface DescribedCatalogue {
  readonly catalogueHash: string
  readonly catalogue: Catalogue
}

/** Describes a catalogue. */
export const describeCatalogue = (catalogue: Catalogue): DescribedCatalogue => ({
  catalogueHash: catalogueHash(catalogue, sha256),
  catalogue,
})

/** Reads such an answer. Undefined if it holds no valid catalogue. */
export function readDescribed(answer: unknown): DescribedCatalogue | undefined {
  const parsed = parseCatalogue(asObject(answer)?.catalogue)
  return parsed.ok ? describeCatalogue(parsed.value) : undefined
}
