import type { Desired } from '../ledger/desired-state.ts'
import type { Entry } from '../ledger/ledger-entry.ts'
import type { Stepped } from '../ports.ts'
import { redactId } from '../redact.ts'
import { expiryAttribute } from '../resource-names.ts'
import type { Finding } from './finding.ts'

/** How many members have each finding. */
export type FindingCounts = Readonly<Partial<Record<Finding, number>>>

/** How many members the target surely listed. One whose change is in flight may be gone, so it does not count. */
export const listedIn = ({ gone: _, in_flight: __, ...listed }: FindingCounts): number =>
  Object.values(listed).reduce((sum, count) => sum + count, 0)

/** A reading of a scope. Times are milliseconds since 1970. */
export interface ScopeReading {
  readonly from: number
  readonly at: number
  readonly calls: number
  /** Why the list was not read to its end. Absent if the reading is complete. */
  readonly unread?: { readonly page: number; readonly cause: string; readonly detail: string }
  readonly counts: FindingCounts
  /** The members that differ, without personal data, as many as fit. */
  readonly findings: readonly StoredFinding[]
  /** How many more members differ. */
  readonly more: number
}

/** What the sweep's table keeps of a scope, by its name (`member`): the last reading, and the last complete one. */
export interface StoredReadings extends Stepped {
  readonly last: ScopeReading
  readonly complete?: ScopeReading
  /** Seconds since 1970. */
  readonly [expiryAttribute]: number
}

/** A member that differs. */
export interface StoredFinding {
  readonly member: string
  readonly finding: Finding
  readonly at: number
  readonly shown?: Desired
  readonly applied?: Desired
  /** The event that is applied, its source, and when it was proven. */
  readonly event?: string
  readonly source?: string
  readonly since?: number
}

/** What a row of a reading says of a member. */
export interface FoundMember {
  readonly member: string
  readonly finding: Finding
  readonly shown?: Desired | undefined
  readonly entry?: Entry | undefined
  readonly at: number
}

/** A look at some members of a scope. */
export interface LookRecord {
  /** How many members. */
  readonly members: number
  /** What was found of those of whom there is something to say. */
  readonly rows: readonly Pick<FoundMember, 'finding'>[]
  /** What the last complete reading of the scope counts after it. */
  readonly counts: FindingCounts
  readonly calls: number
  readonly durationMs: number
}

/** The findings that need nobody's attention: they are only counted. */
const quiet: ReadonlySet<Finding> = new Set(['same', 'unshown', 'unapplied'])

/** The findings of one reading take at most this many bytes of JSON. DynamoDB stores 400 KB in an item, and it holds two readings. */
const maxFindingsBytes = 150_000

/** What is noted of the rows of a reading. */
export type ReadingNotes = Pick<ScopeReading, 'counts' | 'findings' | 'more'>

/** Collects the rows of a reading, after those `before`: counts, and the findings as far as they fit. */
export function createReadingNotes(before: ReadingNotes = { counts: {}, findings: [], more: 0 }) {
  const counts: Partial<Record<Finding, number>> = { ...before.counts }
  const findings = [...before.findings]
  let left = findings.reduce((rest, each) => rest - bytesOf(each), maxFindingsBytes)
  let { more } = before
  return {
    add: (row: FoundMember): void => {
      counts[row.finding] = (counts[row.finding] ?? 0) + 1
      if (quiet.has(row.finding)) return
      const stored = storedOf(row)
      const bytes = bytesOf(stored)
      if (bytes > left) {
        more += 1
        return
      }
      findings.push(stored)
      left -= bytes
    },
    notes: (): ReadingNotes => ({ counts, findings, more }),
  }
}

/**
 * The reading after a look at some of its members. `rows` say what was found of them; of the others there is nothing to say. A member without
 * a stored finding counts as one that was shown, unless no event names it.
 */
export function afterLook(
  reading: ScopeReading,
  members: ReadonlySet<string>,
  rows: readonly FoundMember[],
): ScopeReading {
  const looked = new Set([...members].map(redactId))
  const before = new Map(reading.findings.map(({ member, finding }) => [member, finding]))
  const changed = rows.filter(({ member, finding }) => before.has(redactId(member)) || !quiet.has(finding))
  const counts: Partial<Record<Finding, number>> = { ...reading.counts }
  const take = (finding: Finding) => {
    counts[finding] = Math.max(0, (counts[finding] ?? 0) - 1)
  }
  for (const [member, finding] of before) if (looked.has(member)) take(finding)
  for (const { member, finding } of changed)
    if (!before.has(redactId(member)) && finding !== 'unmanaged') take(counts.same ? 'same' : 'unshown')
  const findings = reading.findings.filter(({ member }) => !looked.has(member))
  const notes = createReadingNotes({ counts, findings, more: reading.more })
  for (const row of changed) notes.add(row)
  return { ...reading, ...notes.notes() }
}

const bytesOf = (finding: StoredFinding): number => Buffer.byteLength(JSON.stringify(finding))

function storedOf({ member, finding, at, shown, entry }: FoundMember): StoredFinding {
  const applied = entry?.applied
  return {
    ...{ member: redactId(member), finding, at },
    ...(shown && { shown }),
    ...(applied && {
      ...{ applied: applied.desired, event: redactId(applied.event), since: applied.at },
      source: redactId(applied.version.source),
    }),
  }
}
