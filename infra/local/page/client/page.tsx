import { render } from 'preact'
import { useEffect, useState } from 'preact/hooks'
import type { Overview } from '../page-source.ts'
import { countOf } from '../time-words.ts'
import { ChangeRows, RecentChanges } from './change-list.tsx'
import { Failures } from './failure-list.tsx'
import { useLive } from './live-value.ts'
import { StoryDialog } from './story-dialog.tsx'

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
            <Failures groups={overview.failures} others={overview.otherLetters} />
            <InFlight {...overview} />
            <RecentChanges now={overview.now} />
          </>
        )}
      </main>
      {opened && <StoryDialog id={opened} />}
    </>
  )
}

function InFlight({ inFlight: { rows, count }, now }: Overview) {
  return (
    <details class="card" id="in-flight">
      <summary>
        <h2>In flight</h2> <span class="count">{count.toLocaleString('en')}</span>
      </summary>
      {count === 0 && <p class="quiet">Nothing is in flight.</p>}
      <ChangeRows rows={rows} now={now} />
      {count > rows.length && <p class="quiet">{countOf(count - rows.length, 'more change')}.</p>}
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
