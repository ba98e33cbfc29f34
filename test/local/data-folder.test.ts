import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { openData } from '../../infra/local/run/data-folder.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'data-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

test('a folder is new once', () => {
  const first = openData(folder)
  expect(first.isNew).toBe(true)
  first.release()
  const second = openData(folder)
  expect(second.isNew).toBe(false)
  second.release()
})

test('a folder belongs to one run at a time', () => {
  const first = openData(folder)
  expect(() => openData(folder)).toThrow(`${folder} is in use by another run`)
  first.release()
  openData(folder).release()
})

test('a folder that holds other things is left alone: a run would write between them and remove what is called stack', () => {
  mkdirSync(join(folder, 'stack'))
  expect(() => openData(folder)).toThrow(
    `${folder} is not empty and is not from an earlier run; name another folder`,
  )
  expect(readdirSync(folder)).toEqual(['stack'])
})

test('a folder that cannot be created is an error, and waited for by nobody', () => {
  expect(() => openData('/proc/x')).toThrow(/^cannot create the folder \/proc\/x: E/)
  openData(join(folder, 'a/b/c')).release()
  expect(readdirSync(join(folder, 'a/b'))).toEqual(['c'])
})

test('crashed letters that were told are remembered', () => {
  const first = openData(folder)
  first.report('a')
  first.report('b')
  first.release()
  const second = openData(folder)
  expect([...second.reported]).toEqual(['a', 'b'])
  second.release()
})
