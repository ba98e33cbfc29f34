import type { Entry } from '../../core/entry.ts'

/** A ledger entry as `--json` shows it: moments as RFC 3339; null where there is no entry. */
export function entryRecord(entry: Entry | undefined) {
  if (!entry) return null
  const { rev, applied, lease, unanswered, unproven, failures } = entry
  return {
    ...(applied && { applied: { ...applied, at: rfc3339(applied.at) } }),
    ...(lease && { lease: { event: lease.event, desired: lease.desired, until: rfc3339(lease.until) } }),
    ...(unanswered && { unanswered: { desired: unanswered.desired, until: rfc3339(unanswered.until) } }),
    ...(unproven !== undefined && { unproven }),
    failures,
    rev,
  }
}

const rfc3339 = (ms: number): string => new Date(ms).toISOString()
