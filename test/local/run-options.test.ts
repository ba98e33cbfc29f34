import { resolve } from 'node:path'
import { expect, test } from '@jest/globals'
import { readOptions } from '../../infra/local/run/run-options.ts'

const read = (argv: string[], env: Record<string, string> = {}) => readOptions(argv, env)

test('without anything a run plays on port 4566 against sandboxes', () => {
  expect(read([])).toEqual({
    ok: true,
    options: {
      serve: false,
      port: 4566,
      json: false,
      context: {},
      targets: { wacht: { token: 'sandbox-wacht-token' }, project: { token: 'sandbox-project-token' } },
    },
  })
})

test('every option and every variable arrives', () => {
  const argv = '--events - --serve --data here --port 0 --json -c stage=x -c a=b=c'.split(' ')
  const env = {
    WACHT_URL: 'https://w',
    WACHT_TOKEN: '',
    WACHT_DIALECT: 'role_ids',
    ROLES: 'mine.json',
    SOURCES: 'ours.json',
  }
  expect(read(argv, env)).toEqual({
    ok: true,
    options: {
      events: '-',
      serve: true,
      data: resolve('here'),
      port: 0,
      json: true,
      context: {
        wachtDialect: 'role_ids',
        roles: resolve('mine.json'),
        sources: resolve('ours.json'),
        stage: 'x',
        a: 'b=c',
      },
      targets: { wacht: { url: 'https://w', token: '' }, project: { token: 'sandbox-project-token' } },
    },
  })
})

test.each([
  [['--nope'], /unknown option '--nope'/],
  [['--port', 'x'], /number from 0 to 65526/],
  [['--port', '65535'], /number from 0 to 65526/],
  [['-c', 'novalue'], /key=value/],
  [['--data', ''], /must name a folder/],
  [['extra'], /too many arguments/],
])('%j is refused with exit code 1', (argv, why) => {
  expect(read(argv)).toMatchObject({ ok: false, exitCode: 1, text: expect.stringMatching(why) })
})

test('the address that another run printed with the token of its sandbox is not a real target', () => {
  const printed = { WACHT_URL: 'http://127.0.0.1:4569', WACHT_TOKEN: 'sandbox-wacht-token' }
  expect(read([], printed)).toEqual(read([]))
})

test('a URL without its token is refused, every missing one by name', () => {
  expect(read([], { WACHT_URL: 'https://w', PROJECT_URL: 'https://p' })).toEqual({
    ok: false,
    exitCode: 1,
    text: 'error: WACHT_TOKEN must be set where WACHT_URL is; PROJECT_TOKEN must be set where PROJECT_URL is\n',
  })
})

test('--help tells the options and the environment and exits 0', () => {
  const help = read(['--help'])
  expect(help).toMatchObject({ ok: false, exitCode: 0 })
  for (const word of [
    '--events',
    '--serve',
    '--data',
    '--port',
    '--json',
    '--context',
    'WACHT_DIALECT',
    'ROLES',
  ]) {
    expect(help).toMatchObject({ text: expect.stringContaining(word) })
  }
})
