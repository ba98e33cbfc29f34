import { expect, test } from '@jest/globals'
import { filesIn } from '../support/imports.ts'
import { racingTests } from './racing.ts'

const racing = new Set(racingTests())

test.each([
  ['a server', 'test/targets/http-client.test.ts'],
  ['a server of the sandbox', 'test/local/sandbox-faults.test.ts'],
  ['a process', 'test/cli/process.test.ts'],
  ['a process that a file beside it starts', 'test/local/start-serve.test.ts'],
  ['the whole stack', 'test/replay/function.test.ts'],
  ['an engine of AWS', 'test/aws/dead-letter-queue.test.ts'],
  ['a browser', 'test/cli/page/page-chromium.test.ts'],
  ['the system clock', 'test/aws/ledger-table.test.ts'],
  ['the package, which npm installs', 'test/package/package.check.ts'],
  ['kills, for long', 'test/chaos/role-id.long.test.ts'],
])('a test with %s runs a second time beside busy loops', (_, file) => {
  expect(racing).toContain(file)
})

test('a test of pure functions does not', () => {
  expect(racing).not.toContain('test/core/outcome/judge.test.ts')
  expect(racing.size).toBeLessThan(filesIn('test').filter(file => file.endsWith('.test.ts')).length)
})
