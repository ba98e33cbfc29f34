/** What one part of the bench found: a table whose rows have the same columns. */
export interface Section {
  readonly title: string
  /** How it was measured, and what its words mean. */
  readonly note: string
  readonly rows: readonly Readonly<Record<string, string | number>>[]
}
