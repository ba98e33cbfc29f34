import { asObject, canonicalJson } from '../json.ts'
import type { ParsedEvent, ParseEvent } from './event.ts'

/**
 * Holds the events of one catalogue against the deployed one: an event whose role the deployed catalogue lacks, or has with
 * another state or other scopes, is refused as `unknown_role`, because the deployed functions would not do what is shown here.
 */
export const refuseUndeployed =
  (here: ParseEvent, deployed: ParseEvent): ParseEvent =>
  (body, now) => {
    const parsed = here(body, now)
    if (!parsed.ok) return parsed
    const missing = missingIn(deployed(body, now), parsed)
    if (missing === undefined) return parsed
    const detail = `not deployed yet: role ${roleIn(body)}${missing}; deploy the role catalogue first`
    return { ok: false, named: parsed.named, reason: 'unknown_role', detail }
  }

/** What the deployed catalogue does not have of a role: all of it (`''`), or a part. Undefined if it means the same there. */
function missingIn(deployed: ParsedEvent, here: ParsedEvent & { readonly ok: true }): string | undefined {
  if (!deployed.ok) return ''
  if (canonicalJson(deployed.change?.desired) !== canonicalJson(here.change?.desired))
    return ' with this state'
  const scopes = ({ lookup }: typeof here) => lookup?.scopes.map(canonicalJson).toSorted().join()
  return scopes(deployed) === scopes(here) ? undefined : ' with these scopes'
}

/** The role that a valid event names. */
const roleIn = (body: string): string => String(asObject(asObject(JSON.parse(body))?.data)?.role)
