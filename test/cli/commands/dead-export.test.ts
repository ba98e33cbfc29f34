import {
  chmodSync,
  closeSync,
  mkdtempSync,
  openSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect } from '@jest/globals'
import { bodyOf } from '../../support/events.ts'
import { at, diedOf } from '../dead-letters.ts'
import { mixed, stages } from '../dead-mixed.ts'
import { commandLine } from '../fake-world.ts'
import { scenario } from '../scenario.ts'

const folder = mkdtempSync(join(tmpdir(), 'role-sync-cli-'))
afterAll(() => rmSync(folder, { recursive: true }))

describe('dead export', () => {
  scenario('writes letters that send takes, and leaves them on the queue', async () => {
    const stage = await stages.next()
    const body = bodyOf({ id: 'a', note: 'ü\u2028' })
    const attributes = diedOf('a', 'not_found')
    await stage.letter(body, { ...attributes, specversion: '1.0', body: 'another' })
    const file = join(folder, 'letters.ndjson')
    expect(await at(stage, ['dead', 'export', file])).toEqual({
      ...{ code: 0, err: '' },
      out: `1 letter exported to ${file}\n`,
    })
    expect(statSync(file).mode & 0o777).toBe(0o600)
    const text = readFileSync(file, 'utf8')
    expect(text.endsWith('}\n')).toBe(true)
    expect(JSON.parse(text)).toEqual({ body, ...attributes })
    expect(stage.letters()).toHaveLength(1)

    expect(await at(stage, ['send', file])).toMatchObject({ code: 0 })
    expect(stage.changes().map(message => message.body)).toEqual([body])
  })
  scenario('takes the filters, and standard output', async () => {
    const { stage } = await mixed()
    const { code, out, err } = await at(stage, ['dead', 'export', '-', '--target', 'project'])
    expect({ code, event: JSON.parse(out).event, err }).toEqual({
      code: 0,
      event: 'p',
      err: '1 letter exported\n',
    })
    const checked = await commandLine(['check', '-', '--json'], { stdin: out })
    expect(JSON.parse(checked.out)).toMatchObject({ event: 'p', target: 'project' })
  })
  scenario('prints one object with --json', async () => {
    const stage = await stages.next()
    const file = join(folder, 'none.ndjson')
    expect(await at(stage, ['dead', 'export', file, '--json'])).toEqual({
      code: 0,
      out: '{"exported":0}\n',
      err: '',
    })
    expect(readFileSync(file, 'utf8')).toBe('')
  })
  scenario('replaces a file that others may read, or have open, by one that they cannot', async () => {
    const { stage } = await mixed()
    const file = join(folder, 'there.ndjson')
    writeFileSync(file, 'old')
    chmodSync(file, 0o644)
    const reader = openSync(file, 'r')
    expect(await at(stage, ['dead', 'export', file])).toMatchObject({ code: 0 })
    expect(statSync(file).mode & 0o777).toBe(0o600)
    expect(readFileSync(file, 'utf8')).toContain('"event":"p"')
    expect(readFileSync(reader, 'utf8')).toBe('old')
    closeSync(reader)
  })
  scenario('follows no link to a file, be it there or not', async () => {
    const stage = await stages.next()
    const [target, link, dangling] = ['kept', 'link', 'dangling'].map(name => join(folder, name)) as [
      ...[string, string, string],
    ]
    writeFileSync(target, 'kept')
    symlinkSync(target, link)
    symlinkSync(join(folder, 'nothing'), dangling)
    for (const file of [link, dangling]) {
      expect(await at(stage, ['dead', 'export', file])).toEqual({
        ...{ code: 2, out: '' },
        err: `role-sync: cannot write ${file}: it is a symbolic link; name the file itself\n`,
      })
    }
    expect(readFileSync(target, 'utf8')).toBe('kept')
    expect(readlinkSync(link)).toBe(target)
  })
  scenario('writes to what is no file as it is', async () => {
    const { stage } = await mixed()
    const mode = statSync('/dev/null').mode
    expect(await at(stage, ['dead', 'export', '/dev/null'])).toMatchObject({ code: 0 })
    expect(statSync('/dev/null').mode).toBe(mode)
    expect(await at(stage, ['dead', 'export', folder])).toMatchObject({
      ...{ code: 2, err: `role-sync: cannot write ${folder}: it is a directory\n` },
    })
  })
  scenario('says that it cannot write', async () => {
    const stage = await stages.next()
    expect(await at(stage, ['dead', 'export', '/nowhere/x'])).toEqual({
      ...{ code: 2, out: '' },
      err: 'role-sync: cannot write /nowhere/x: no such folder\n',
    })
  })
})
