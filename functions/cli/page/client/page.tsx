import { render } from 'preact'
import { useEffect, useState } from 'preact/hooks'
import type { FailureGroup, Overview } from '../page-source.ts'
import { countOf } from '../time-words.ts'
import { ChangeRows, RecentChanges } from './change-list.tsx'
import { Commands } from './commands.tsx'
import { HeldSection, LetterRows } from './held-section.tsx'
import { useLive } from './live-value.ts'
import { StoryDialog } from './story-dialog.tsx'
import { SweepSection } from './sweep-section.tsx'

/** The page: health, what needs a person, what is in flight, recent changes, and the story of one event over them. */
function Page() {
  const { value: overview, state } = useLive<Overview>('/overview')
  const opened = useHash()
  return (
    <>
      <header>
        <h1>role-sync</h1>
        <p class="stage">{overview?.stage}</p>
        <p class={state === 'live' ? 'tone good' : 'tone wait'} id="state" role="status">
          {state}
        </p>
      </header>
      <main class={state === 'not connected' ? 'stale' : ''}>
        <p class={`health tone ${overview?.health.tone ?? 'plain'}`} id="health">
          {overview?.health.sentence ?? 'Reading …'}
        </p>
        {overview && (
          <>
            {overview.notes.map(note => (
              <p key={note} class="quiet">
                {note}
              </p>
            ))}
            <HeldSection groups={overview.held} others={overview.otherHeld} now={overview.now} />
            <Failures groups={overview.failures} others={overview.otherLetters} />
            {overview.sweep && <SweepSection {...overview.sweep} now={overview.now} />}
            <InFlight {...overview} />
            <RecentChanges {...overview} />
          </>
        )}
      </main>
      {opened && <StoryDialog id={opened} />}
    </>
  )
}

/** The dead letters by cause. Nothing where there is none. */
function Failures(props: { readonly groups: readonly FailureGroup[]; readonly others: number }) {
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
        <span class="count tone bad">{count.toLocaleString('en')}</span> <b>{reason}</b>{' '}
        <span class="detail">{detail}</span>
      </summary>
      <p>{means}</p>
      <Commands commands={commands} />
      <LetterRows rows={rows} count={count} what="more dead letter" />
    </details>
  )
}

function InFlight({ inFlight: { rows, count, note }, now }: Overview) {
  return (
    <details class="card" id="in-flight">
      <summary>
        <h2>In flight</h2> <span class="count">{count.toLocaleString('en')}</span>
      </summary>
      {count === 0 && !note && <p class="quiet">Nothing is in flight.</p>}
      <ChangeRows rows={rows} now={now} />
      {count > rows.length && <p class="quiet">{countOf(count - rows.length, 'more change')}.</p>}
      {note && <p class="quiet">{note}</p>}
    </details>
  )
}

/** The part of the address after `#`: the event whose story is open. */
function useHash(): string {
  const read = () => location.hash.slice(1)
  const [hash, setHash] = useState(read)
  useEffect(() => {
    const follow = () => setHash(read)
    addEventListener('hashchange', follow)
    follow() // it may have changed between the first drawing and now
    return () => removeEventListener('hashchange', follow)
  }, [])
  return hash
}

render(<Page />, document.body)
