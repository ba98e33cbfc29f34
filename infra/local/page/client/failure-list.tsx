import type { FailureGroup } from '../page-source.ts'
import { countOf } from '../time-words.ts'
import { Commands } from './commands.tsx'

/** The dead letters by cause. Nothing where there is none. */
export function Failures(props: { readonly groups: readonly FailureGroup[]; readonly others: number }) {
  const { groups, others } = props
  if (groups.length === 0) return null
  return (
    <section class="card" id="failures" aria-labelledby="failures-title">
      <h2 id="failures-title">Needs a person</h2>
      {groups.map(group => (
        <Failure key={`${group.reason} ${group.detail}`} {...group} />
      ))}
      {others > 0 && <p class="quiet">{countOf(others, 'more dead letter')} with other causes.</p>}
    </section>
  )
}

function Failure({ reason, detail, count, rows, means, commands }: FailureGroup) {
  return (
    <details>
      <summary>
        <span class="count bad">{count.toLocaleString('en')}</span> <b>{reason}</b>{' '}
        <span class="detail">{detail}</span>
      </summary>
      <p>{means}</p>
      <Commands commands={commands} />
      <ul class="plain">
        {rows.map(row => (
          <li key={row.id}>
            <a href={`#${row.id}`}>{row.event}</a> <code>{row.who}</code>
          </li>
        ))}
      </ul>
      {count > rows.length && <p class="quiet">{countOf(count - rows.length, 'more dead letter')}.</p>}
    </details>
  )
}
