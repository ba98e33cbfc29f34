import type { FailureGroup, HeldChanges } from '../page-source.ts'
import { agoOf, countOf } from '../time-words.ts'
import { Commands } from './commands.tsx'

/** What guards hold. Nothing where nothing is held. */
export function HeldSection(props: {
  readonly groups: readonly HeldChanges[]
  readonly others: number
  readonly now: number
}) {
  const { groups, others, now } = props
  if (groups.length === 0) return null
  return (
    <section class="card" id="held" aria-labelledby="held-title">
      <h2 id="held-title">Held</h2>
      {groups.map(group => (
        <HeldGroup
          key={[group.guard, group.sender, group.scope, group.role].join(' ')}
          {...group}
          now={now}
        />
      ))}
      {others > 0 && <p class="quiet">{countOf(others, 'more held change')} in other groups.</p>}
    </section>
  )
}

function HeldGroup(group: HeldChanges & { readonly now: number }) {
  const { guard, sender, scope, role, people, letters, since, detail, rows, commands, now } = group
  const isOfOwners = guard === 'last_owner' && role !== ''
  const who = sender === '' ? 'an unknown sender' : sender
  const facts = {
    Sender: isOfOwners ? '' : who,
    Scope: scope,
    Role: role,
    Since: new Date(since).toISOString(),
    Why: detail,
  }
  const to = role === '' ? who : isOfOwners ? `from the role ${role}` : `${who} to the role ${role}`
  return (
    <details>
      <summary>
        <span class="count tone wait">{countOf(people, 'person', 'people')}</span> <b>{guard}</b>{' '}
        <span class="detail">
          {to}; {agoOf(since, now)}
        </span>
      </summary>
      <Facts facts={facts} />
      <p>A guard holds this until a person approves it. See what it would do, then approve it:</p>
      <Commands commands={commands.release} />
      <p>Or reject what the same plan shows:</p>
      <Commands commands={commands.reject} />
      <LetterRows rows={rows} count={letters} what="more held change" />
    </details>
  )
}

/** Names and values. Empty values are left out. */
export function Facts({ facts }: { readonly facts: Readonly<Record<string, string>> }) {
  return (
    <dl>
      {Object.entries(facts)
        .filter(([, value]) => value !== '')
        .map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
    </dl>
  )
}

/** The letters of a group, each a link to its story, and how many there are besides. */
export function LetterRows(props: {
  readonly rows: FailureGroup['rows']
  readonly count: number
  readonly what: string
}) {
  const { rows, count, what } = props
  return (
    <>
      <ul class="plain">
        {rows.map(row => (
          <li key={row.id}>
            <a href={`#${row.id}`}>{row.event}</a> <code>{row.who}</code>
          </li>
        ))}
      </ul>
      {count > rows.length && <p class="quiet">{countOf(count - rows.length, what)}.</p>}
    </>
  )
}
