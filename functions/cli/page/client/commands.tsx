import { useState } from 'preact/hooks'

/** Commands for a shell, and a button that copies them. */
export function Commands({ commands }: { readonly commands: readonly string[] }) {
  const [said, say] = useState('Copy')
  const text = commands.join('\n')
  const copy = () =>
    navigator.clipboard.writeText(text).then(
      () => say('Copied'),
      () => say('Not copied'),
    )
  return (
    <div class="commands">
      <pre>{text}</pre>
      <button type="button" aria-label="Copy the commands" onClick={copy}>
        {said}
      </button>
    </div>
  )
}
