import { expect, test } from '@jest/globals'
import { node } from './node.ts'
import { patience } from './patience.ts'

test('twelve changes of one member outlast a target that hangs for 72 hours: SQS moves none of them', async () => {
  expect(await node('main.ts', '--seeds', '1', '--scenario', 'hanging-12')).toMatch(/no promise broken/)
})

test('with production’s numbers, nothing that is never tried ages out in fourteen days', async () => {
  const names = patience.map(({ name }) => name).filter(name => name.startsWith('held-13-days-'))
  expect(names).toHaveLength(4)
  expect(await node('main.ts', '--seeds', '1', '--scenario', names.join())).toMatch(/no promise broken/)
})
