import { existsSync, readdirSync } from 'node:fs'
import { expect, test } from '@jest/globals'
import { areaOf, areas } from './areas.ts'

const names = areas.map(({ name }) => name)

test('every folder of functions but the command line is an area of the gate, and has tests of its own', () => {
  const folders = readdirSync('functions').filter(name => !name.endsWith('.md'))
  expect([...names, 'cli'].toSorted()).toEqual(folders.toSorted())
  for (const name of names) expect(existsSync(`test/${name}`)).toBe(true)
})

test('a file belongs to the area of its folder', () => {
  expect(areaOf('functions/sync/throttle.ts')?.name).toBe('sync')
  expect(areaOf('functions/cli/main.ts')).toBeUndefined()
  expect(areaOf('functions/syncer/pace.ts')).toBeUndefined()
})
