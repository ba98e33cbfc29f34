/** A promise that was broken: which, of whom (`*` for none in particular), and how. */
export interface Broken {
  readonly promise: string
  readonly member: string
  readonly how: string
}
