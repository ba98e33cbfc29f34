/** Where an engine listens and what it keeps. */
export interface EngineOptions {
  /** 0 for any free port. Always on 127.0.0.1. */
  readonly port: number
  readonly region: string
  /** Keeps everything here; in memory unless given. */
  readonly folder?: string | undefined
}
