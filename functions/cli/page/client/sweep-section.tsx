import type { SweepPanel, SweptScope, Tone } from '../page-source.ts'
import { agoOf, countOf } from '../time-words.ts'

/** What the sweep found at the targets, by scope. Nothing where it has not run. */
export function SweepSection({ scopes, count, now }: SweepPanel & { readonly now: number }) {
  return (
    <section class="card" id="sweep" aria-labelledby="sweep-title">
      <h2 id="sweep-title">What the targets show</h2>
      {count === 0 && <p class="quiet">No scope has been read yet.</p>}
      <ul class="rows">
        {scopes.map(each => (
          <ScopeRow key={each.scope} {...each} now={now} />
        ))}
      </ul>
      {count > scopes.length && <p class="quiet">{countOf(count - scopes.length, 'more scope')}.</p>}
    </section>
  )
}

const tones: Readonly<Record<SweptScope['state'], Tone>> = {
  complete: 'good',
  incomplete: 'bad',
  reading: 'wait',
}

function ScopeRow({
  scope,
  state,
  completeAt,
  drift,
  unmanaged,
  gone,
  now,
}: SweptScope & { readonly now: number }) {
  const read = completeAt === undefined ? 'never complete' : `last complete ${agoOf(completeAt, now)}`
  const isCounted = unmanaged !== undefined
  return (
    <li>
      <span class={`state tone ${tones[state]}`}>{state}</span>
      <span class="names">
        <code>{scope}</code> <span class="detail">{read}</span>
      </span>
      <span class="found">
        {isCounted && drift === undefined && <span>drift unknown</span>}
        <Found count={drift} what="drift" isBad />
        <Found count={unmanaged} what="unmanaged" />
        <Found count={gone} what="gone" isBad />
      </span>
    </li>
  )
}

/** How many members have a finding. */
function Found(props: {
  readonly count?: number | undefined
  readonly what: string
  readonly isBad?: boolean
}) {
  const { count, what, isBad } = props
  if (count === undefined) return null
  return <span class={isBad && count > 0 ? 'tone wait' : ''}>{`${count.toLocaleString('en')} ${what}`}</span>
}
