/** What is declared of a source that sends our own events. */
export interface CloudEventsDeclaration {
  /** From the source's names of roles to those of the catalogue; a name that is not in here stays. */
  readonly roles?: Readonly<Record<string, string>> | undefined
  /** The only CloudEvents `source` that it may send; any where it is absent. */
  readonly source?: string | undefined
}
