import { useState } from 'preact/hooks'
import type { ChangeList, ChangeRow, Overview } from '../page-source.ts'
import { agoOf, countOf, spanOf } from '../time-words.ts'
import { useLive } from './live-value.ts'

/** What each state is called. */
const stateNames: Readonly<Record<ChangeRow['state'], string>> = {
  applied: 'applied',
  superseded: 'superseded',
  duplicate: 'duplicate',
  resolved: 'person found',
  shadow: 'shadow',
  reasserted: 're-asserted',
  scheduled: 'scheduled',
  held: 'held',
  dead: 'dead letter',
  waiting: 'waiting',
  'at work': 'at work',
}

/** Events, each a link to its story. */
export function ChangeRows({ rows, now }: { readonly rows: readonly ChangeRow[]; readonly now: number }) {
  return (
    <ul class="rows">
      {rows.map(row => (
        <li key={row.id}>
          <a href={`#${row.id}`}>
            <span class={`state tone ${row.tone}`}>{stateNames[row.state]}</span>
            <span class="names">
              <b>{row.event}</b> <code>{row.who}</code>
            </span>
            <span class="role">
              {row.role} {row.note && <em>{row.note}</em>}
            </span>
            <span class="time">
              {row.tookMs !== undefined && <span>{spanOf(row.tookMs)}</span>}{' '}
              <span>{agoOf(row.at, now)}</span>
            </span>
          </a>
        </li>
      ))}
    </ul>
  )
}

/** The changes that ended last, or those that a search finds. The list stands still while the reader points into it. */
export function RecentChanges({ now, searches }: Pick<Overview, 'now' | 'searches'>) {
  const [search, setSearch] = useState('')
  const { value: latest } = useLive<ChangeList>(`/changes?search=${encodeURIComponent(search)}`)
  const [held, setHeld] = useState<ChangeList>()
  const list = held ?? latest
  const hold = () => setHeld(before => before ?? latest)
  const release = () => setHeld(undefined)
  return (
    <section class="card" id="recent" aria-labelledby="recent-title">
      <div class="head">
        <h2 id="recent-title">{search === '' ? 'Recent changes' : 'Found'}</h2>
        {held && <span class="quiet">paused</span>}
        <input
          type="search"
          aria-label={searches}
          placeholder={searches}
          maxLength={256}
          value={search}
          onInput={event => {
            release()
            setSearch(event.currentTarget.value)
          }}
        />
      </div>
      <div onPointerEnter={hold} onPointerLeave={release} onFocusIn={hold} onFocusOut={release}>
        {list && <ChangeRows rows={list.rows} now={now} />}
      </div>
      {list && (
        <p class="quiet" role="status">
          {list.note} {summaryOf(list)}
        </p>
      )}
    </section>
  )
}

const summaryOf = ({ rows, count }: ChangeList): string =>
  count > rows.length ? `${rows.length} of ${countOf(count, 'change')} are shown. Search for others.` : ''
