import { none } from '../../functions/core/people/person-progress.ts'
import type { SyncWorld } from '../../functions/sync/sync-world.ts'

/** For a world in which no event names a person. */
export const noPeople: Pick<SyncWorld, 'people' | 'hash' | 'wait'> = {
  people: {
    key: () => Promise.reject(new Error('nobody is looked for here')),
    fingerprint: () => Promise.reject(new Error('nobody is looked for here')),
    recall: async () => undefined,
    remember: async () => {},
    forget: async () => {},
    message: async () => ({ rev: 0, progress: none }),
    keep: async () => 'stored',
  },
  hash: text => text,
  wait: async () => {},
}
