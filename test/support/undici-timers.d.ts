/** The clock of undici's own time-outs, which undici lets tests move. */
declare module 'undici/lib/util/timers.js' {
  const timers: {
    /** Moves the clock by so many milliseconds, and ends what is over by then. */
    readonly tick: (ms: number) => void
  }
  export default timers
}
