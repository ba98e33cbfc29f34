import { createServer } from 'node:http'
import { expect, test } from '@jest/globals'
import { listen } from '../../../functions/cli/loopback/loopback-listener.ts'

test('a local server closes no idle connection: a request may just come on it', async () => {
  const server = createServer((_, response) => response.end('{}'))
  const { url, stop } = await listen(server, 0)
  const answer = await fetch(url)
  await answer.text()
  await stop()
  expect(answer.headers.get('connection')).toBe('keep-alive')
  expect(answer.headers.get('keep-alive')).toBeNull() // Node names here after how many seconds it closes one
})
