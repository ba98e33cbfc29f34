/** Where to read on, as the description of an alarm says it: a heading of the README, by the anchor that it has there. */
export const runbookAt = (heading: string): string => `Runbook: README.md#${anchorOf(heading)}`

/** The anchor of a Markdown heading, as code hosts make it. */
export const anchorOf = (heading: string): string =>
  heading
    .toLowerCase()
    .replace(/[^\w\s-]/g, '')
    .replaceAll(' ', '-')
