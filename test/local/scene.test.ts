import { expect, test } from '@jest/globals'
import type { Outcome } from '../../infra/local/outcomes/message-outcome.ts'
import { sceneOf } from '../../infra/local/sample/scene.ts'

const end = (event: string | null, outcome: Outcome['outcome']) => ({ event, outcome }) as Outcome

/** A scene for what is held of three events, which ends when a test says how. */
function world({ events = ['a', 'b', 'c'] as readonly string[] | null } = {}) {
  const { promise, resolve, reject } = Promise.withResolvers<string>()
  const ends = Promise.withResolvers<string | undefined>()
  const played: number[] = []
  const scene = sceneOf(
    events ? new Set(events) : undefined,
    ({ outcome }) => outcome === 'held',
    () => {
      played.push(1)
      return promise
    },
    'it is not approved',
    ends.resolve,
  )
  return { scene, played, resolve, reject, ended: ends.promise }
}

test('a scene is played once all of its events have ended, and once only', async () => {
  const { scene, played, resolve, ended } = world()
  scene.ended(end('a', 'applied'))
  scene.ended(end('b', 'held'))
  scene.ended(end('b', 'held'))
  scene.ended(end('other', 'held'))
  scene.ended(end(null, 'dead'))
  expect({ played, isAtWork: scene.isAtWork }).toEqual({ played: [], isAtWork: false })
  scene.ended(end('c', 'applied'))
  expect({ played, isAtWork: scene.isAtWork }).toEqual({ played: [1], isAtWork: true })
  scene.ended(end('b', 'applied'))
  resolve('by anna')
  expect(await ended).toBeUndefined()
  expect(scene).toMatchObject({ isAtWork: false, hasFailed: false, result: 'by anna' })
  expect(played).toHaveLength(1)
})

test('a scene that no outcome makes needed is not played, nor is one without events', () => {
  const { scene, played } = world()
  for (const event of ['a', 'b', 'c']) scene.ended(end(event, 'applied'))
  const { scene: none, played: never } = world({ events: null })
  none.ended(end('a', 'held'))
  expect({ played, never, isAtWork: scene.isAtWork || none.isAtWork }).toEqual({
    ...{ played: [], never: [], isAtWork: false },
  })
})

test('a scene that fails is said, and holds the run no longer', async () => {
  const { scene, reject, ended } = world()
  for (const event of ['a', 'b', 'c']) scene.ended(end(event, 'held'))
  reject(new Error('no function'))
  expect(await ended).toBe('error: it is not approved: no function')
  expect(scene).toMatchObject({ isAtWork: false, hasFailed: true, result: undefined })
})
