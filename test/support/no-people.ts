import { none } from '../../functions/core/people/person-progress.ts'
import type { SyncWorld } from '../../functions/sync/sync-world.ts'

/** For a world in which no event names a person, and none takes effect later. */
export const noPeople: Pick<SyncWorld, 'people' | 'due' | 'hash' | 'wait'> = {
  people: {
    key: () => Promise.reject(new Error('nobody is looked for here')),
    fingerprint: () => Promise.reject(new Error('nobody is looked for here')),
    recall: async () => undefined,
    remember: async () => {},
    forget: async () => {},
    message: async () => ({ rev: 0, progress: none }),
    keep: async () => 'stored',
  },
  due: { put: () => Promise.reject(new Error('nothing takes effect later here')) },
  hash: text => text,
  wait: async () => {},
}
