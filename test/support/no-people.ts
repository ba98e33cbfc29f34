import { none } from '../../functions/core/progress.ts'
import type { World } from '../../functions/sync/world.ts'

/** For a world in which no event names a person. */
export const noPeople: Pick<World, 'people' | 'hash' | 'wait'> = {
  people: {
    key: () => Promise.reject(new Error('nobody is looked for here')),
    recall: async () => undefined,
    remember: async () => {},
    forget: async () => {},
    message: async () => ({ rev: 0, progress: none }),
    keep: async () => 'stored',
  },
  hash: text => text,
  wait: async () => {},
}
