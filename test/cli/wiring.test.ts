import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { bodyOf, organization, withData } from '../support/events.ts'
import { commandLine } from './fake-world.ts'

let folder = ''
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'role-sync-cli-'))
})
afterAll(() => rmSync(folder, { recursive: true }))

const file = (name: string, content: string): string => {
  const path = join(folder, name)
  writeFileSync(path, content)
  return path
}

describe('wrong usage or wiring is one line on standard error, and exit code 2', () => {
  const fails = async (args: readonly string[], env = {}) => {
    const { code, out, err } = await commandLine(args, { stdin: bodyOf(), env })
    expect({ code, out }).toEqual({ code: 2, out: '' })
    return err
  }
  test.each([['check'], ['send']])('a missing file of %s', async command => {
    expect(await fails([command, '/nowhere/x'])).toBe('role-sync: cannot read /nowhere/x: no such file\n')
  })
  test('a folder', async () => {
    expect(await fails(['check', folder])).toBe(`role-sync: cannot read ${folder}: it is a directory\n`)
  })
  test.each<[string, string[], object]>([
    ['option', ['--stage', 'PROD'], {}],
    ['variable', [], { ROLE_SYNC_STAGE: 'PROD' }],
  ])('a wrong stage as %s', async (_, args, env) => {
    expect(await fails(['send', '-', ...args], env)).toBe(
      'role-sync: stage "PROD": must match ^[a-z][a-z0-9-]{0,19}$\n',
    )
  })
  test('every wrong setting of a target at once', async () => {
    expect(await fails(['check', '-', '--project-url', 'ftp://x'], { WACHT_DIALECT: 'role' })).toBe(
      'role-sync: wrong settings: WACHT_DIALECT: must be role_id or role_ids; ' +
        'PROJECT_URL: must be an http(s) URL without credentials, query or fragment\n',
    )
  })
  test('every problem of a catalogue', async () => {
    const roles = file('wrong.json', JSON.stringify({ a: { wacht: { 1: { roleId: 2 } }, okta: {} } }))
    const err = await fails(['check', '-', '--roles', roles])
    expect(err).toMatch(
      /^role-sync: wrong role catalogue .*wrong\.json: a\.wacht\.1\.roleId: .*; a\.okta: .*\n$/,
    )
  })
  test('a catalogue that is no JSON, or not there', async () => {
    const roles = file('text.json', 'roles')
    expect(await fails(['check', '-'], { ROLES: roles })).toBe(
      `role-sync: wrong role catalogue ${roles}: must be JSON\n`,
    )
    expect(await fails(['check', '-', '--roles', '/nowhere/r'])).toBe(
      'role-sync: cannot read /nowhere/r: no such file\n',
    )
  })
  test.each([[['send']], [['frob']], [['check', '-', '--frob']]])('%j', async args => {
    expect(await fails(args)).toMatch(/^error: .*\nRun role-sync --help\.\n$/)
  })
  test('no command at all, which shows the commands', async () => {
    expect(await fails([])).toMatch(/^Usage: role-sync .*check .*send \[options\] <file>.*status .*schema/s)
  })
})

describe('the help', () => {
  const helpOf = async (...args: readonly string[]) => (await commandLine([...args, '--help'])).out
  const commandsIn = (help: string): string[] =>
    [...(help.split('Commands:')[1] ?? '').matchAll(/^ {2}([a-z]+) /gm)].flatMap(([, name = '']) =>
      name === 'help' ? [] : [name],
    )
  test('of every command has two examples, which name commands and options that exist', async () => {
    const groups = ['dead', 'replay']
    const top = commandsIn(await helpOf())
    const names = top.filter(name => !groups.includes(name)).map(name => [name])
    for (const group of groups) for (const name of commandsIn(await helpOf(group))) names.push([group, name])
    expect(names.length).toBeGreaterThan(14)
    for (const path of [[], ...groups.map(group => [group]), ...names]) {
      const help = await helpOf(...path)
      const found = help.match(/^ {2}\$ role-sync .*$/gm) ?? []
      expect({ path, examples: found.length }).toEqual({ path, examples: 2 })
      const options =
        found
          .join(' ')
          .replaceAll(/"[^"]*"/g, '')
          .match(/--[a-z-]+/g) ?? []
      if (path.length > 0) for (const option of options) expect(help).toContain(option)
      for (const row of found) expect(row.length).toBeLessThanOrEqual(100)
    }
  })
  test('has bold titles with --color, and none where NO_COLOR says so', async () => {
    const esc = '\u001b['
    expect(await helpOf('--color')).toContain(`${esc}1mUsage:${esc}22m`)
    const terminal = { terminal: true, env: { TERM: 'xterm' } }
    expect((await commandLine(['--help'], terminal)).out).toContain(esc)
    const noColor = { ...terminal, env: { TERM: 'xterm', NO_COLOR: '1' } }
    expect((await commandLine(['--help'], noColor)).out).not.toContain(esc)
    expect((await commandLine(['--no-color', '--help'], terminal)).out).not.toContain(esc)
  })
})

describe('a catalogue of one’s own', () => {
  test.each<[string, (path: string) => { args: string[]; env: object }]>([
    ['by option', path => ({ args: ['--roles', path], env: { ROLES: '/nowhere' } })],
    ['by variable', path => ({ args: [], env: { ROLES: path } })],
  ])('%s', async (_, given) => {
    const roles = { boss: { wacht: { [organization]: { roleId: '9' } } } }
    const { args, env } = given(file('own.json', `\ufeff${JSON.stringify(roles)}`))
    const stdin = withData({ roleId: undefined, role: 'boss' })
    const { code, out } = await commandLine(['check', '-', '--json', ...args], { stdin, env: { ...env } })
    expect({ code, body: JSON.parse(out).request.body }).toEqual({ code: 0, body: { role_id: '9' } })
  })
})

describe('help', () => {
  test.each([[[]], [['send']], [['check']], [['member']], [['schema']]])(
    'of %j has an example and the global options',
    async args => {
      const { code, out, err } = await commandLine([...args, '--help'])
      expect({ code, err }).toEqual({ code: 0, err: '' })
      expect(out).toMatch(/Examples?:\n {2}\$ role-sync/)
      expect(out).toContain('--stage <name>')
      expect(out.endsWith('\n')).toBe(true)
    },
  )
  test('tells the version', async () => {
    expect(await commandLine(['--version'])).toMatchObject({
      code: 0,
      out: expect.stringMatching(/^\d+\.\d+\.\d+\n$/),
    })
  })
})
