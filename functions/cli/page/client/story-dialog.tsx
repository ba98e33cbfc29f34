import { useEffect, useRef } from 'preact/hooks'
import type { Story, StoryLetter } from '../page-source.ts'
import { clockOf, countOf } from '../time-words.ts'
import { ChangeRows } from './change-list.tsx'
import { Commands } from './commands.tsx'
import { Facts } from './held-section.tsx'
import { useLive } from './live-value.ts'

/** The story of one event, over the page. Escape closes it, and the browser's way back does. */
export function StoryDialog({ id }: { readonly id: string }) {
  const { value, state } = useLive<Story>(`/story?id=${encodeURIComponent(id)}`)
  const story = value?.row.id === id ? value : undefined
  const dialog = useRef<HTMLDialogElement>(null)
  useEffect(() => {
    const opened = dialog.current
    opened?.showModal()
    return () => opened?.close()
  }, [])
  const close = () => dialog.current?.close()
  const leave = () => {
    location.hash = ''
  }
  return (
    <dialog ref={dialog} aria-labelledby="story-title" closedby="any" onClose={leave}>
      <article>
        <div class="head">
          <h2 id="story-title">{story?.row.event ?? 'Event'}</h2>
          <button type="button" onClick={close}>
            Close
          </button>
        </div>
        {state === 'missing' && <p>This event is not known any more.</p>}
        {story && <StoryText {...story} />}
      </article>
    </dialog>
  )
}

function StoryText({ row, source, member, forecast, steps, omitted, parts, letter }: Story) {
  const facts = {
    Person: member === '' ? row.who : '',
    Member: member,
    Role: row.role,
    Source: source,
    Forecast: forecast,
  }
  return (
    <>
      <Facts facts={facts} />
      {letter && <Letter {...letter} />}
      <h3>What happened</h3>
      <ol class="timeline">
        {steps.map((step, n) => (
          <li key={n} class={`tone ${step.tone}`}>
            <time dateTime={new Date(step.at).toISOString()}>{clockOf(step.at)}</time>
            <div>
              <b>{step.text}</b> {step.detail}
            </div>
          </li>
        ))}
      </ol>
      {omitted > 0 && <p class="quiet">{countOf(omitted, 'step')} left out.</p>}
      {parts.length > 0 && <h3>Sent for the memberships</h3>}
      <ChangeRows rows={parts} now={Date.now()} />
    </>
  )
}

function Letter({ reason, detail, body, unproven, means, commands }: StoryLetter) {
  return (
    <section aria-labelledby="letter-title">
      <h3 id="letter-title">{reason === 'held' ? 'Held' : `Dead letter: ${reason}`}</h3>
      {detail && <blockquote>{detail}</blockquote>}
      {unproven && <p>An earlier write may have had an effect: look at the target first.</p>}
      <p>{means}</p>
      <Commands commands={commands} />
      <details>
        <summary>The message</summary>
        <pre>{body}</pre>
      </details>
    </section>
  )
}
