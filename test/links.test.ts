import { readdirSync, readFileSync, statSync } from 'node:fs'
import { dirname, join, normalize, relative } from 'node:path'
import { expect, test } from '@jest/globals'
import { anchorOf } from '../infra/constructs/runbook-links.ts'
import { root } from '../infra/paths.ts'

/** Links between the pages of the repository, and from its code to its pages, hold. */

const skipped = new Set(['node_modules', '.git', 'cdk.out', 'dist', 'reports', '.stryker-tmp'])

const filesIn = (folder: string): string[] =>
  readdirSync(folder, { withFileTypes: true }).flatMap(entry => {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) return skipped.has(entry.name) ? [] : filesIn(path)
    return [relative(root, path)]
  })

const read = (file: string) => readFileSync(join(root, file), 'utf8')
const withoutCode = (text: string) => text.replace(/^\s*```[\s\S]*?^\s*```$/gm, '')
const anchorsOf = (page: string) =>
  [...withoutCode(read(page)).matchAll(/^#{1,6} (.+)$/gm)].map(([, heading = '']) => anchorOf(heading))

const all = filesIn(root)
const pages = all.filter(file => file.endsWith('.md'))

/** A path from the root of the repository, with a heading's anchor or without. */
interface Link {
  readonly from: string
  readonly to: string
}

const pageLinks: Link[] = pages.flatMap(from =>
  [...withoutCode(read(from)).matchAll(/\]\((?!https?:)([^)\s]+)\)/g)].map(([, to = '']) => ({
    from,
    to: to.startsWith('#') ? from + to : normalize(join(dirname(from), to)),
  })),
)

const codeLinks: Link[] = all
  .filter(file => /\.(ts|js|css|html|json)$/.test(file) && file !== 'test/links.test.ts')
  .flatMap(from =>
    [...read(from).matchAll(/\b((?:functions|infra|test)\/[\w/-]*[A-Z]+\.md(?:#[\w-]*\w)?)/g)].map(
      ([, to = '']) => ({ from, to }),
    ),
  )

const broken = (links: readonly Link[]) =>
  links.filter(({ to }) => {
    const [path = '', anchor] = to.split('#')
    if (!statSync(join(root, path), { throwIfNoEntry: false })) return true
    return anchor !== undefined && !anchorsOf(path).includes(anchor)
  })

test('every relative link and anchor of a page resolves', () => {
  expect(pageLinks.length).toBeGreaterThan(20)
  expect(broken(pageLinks)).toEqual([])
})

test('every page and section that a comment names is there', () => {
  expect(codeLinks.length).toBeGreaterThan(10)
  expect(broken(codeLinks)).toEqual([])
})

test('a link to nothing is found', () => {
  const from = 'README.md'
  expect(broken([{ from, to: 'README.md#no-such-heading' }])).toHaveLength(1)
  expect(broken([{ from, to: 'no/such/README.md' }])).toHaveLength(1)
  expect(broken([{ from, to: 'README.md#deploy' }])).toEqual([])
})

test('the front page stays one: at most 180 lines and 1,300 words', () => {
  const text = read('README.md')
  expect(text.split('\n').length - 1).toBeLessThanOrEqual(180)
  expect(text.split(/\s+/).filter(Boolean).length).toBeLessThanOrEqual(1300)
})
