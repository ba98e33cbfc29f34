import type { World } from '../../functions/sync/world.ts'

/** For a world in which no event names a person. */
export const noPeople: Pick<World, 'people' | 'hash' | 'wait'> = {
  people: {
    key: () => Promise.reject(new Error('nobody is looked for here')),
    recall: async () => undefined,
    remember: async () => {},
    forget: async () => {},
    progress: async () => undefined,
    keepProgress: async () => {},
  },
  hash: text => text,
  wait: async () => {},
}
