import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { filesIn, sourceOf } from '../support/imports.ts'

interface Statement {
  readonly Action: string | readonly string[]
  readonly Resource: string | readonly string[]
}

/** The policy of an operator, as `infra/README.md` prints it. */
const readme = readFileSync(join(import.meta.dirname, '../../infra/README.md'), 'utf8')
const [, policy = ''] = /### Operators\n[\s\S]*?```json\n([\s\S]*?)```/.exec(readme) ?? []
const { Statement: statements } = JSON.parse(policy) as { Statement: readonly Statement[] }
const actions = statements.flatMap(({ Action }) => Action)

test('the documented policy allows every permission that the command line names', () => {
  const permission = /['"` ]((?:sqs|dynamodb|lambda|secretsmanager|cloudwatch|logs|events|sns):[A-Z]\w+)/g
  const named = filesIn('functions/cli').flatMap(file =>
    [...sourceOf(file).matchAll(permission)].map(([, name = '']) => name),
  )
  expect(new Set(named).size).toBeGreaterThan(10)
  expect([...new Set(named)].filter(name => !actions.includes(name))).toEqual([])
})

test('it has no wildcard action, and no receive from the changes queue', () => {
  expect(actions.filter(action => action.includes('*'))).toEqual([])
  const ofChanges = statements.filter(({ Resource }) => String(Resource).endsWith('-changes'))
  expect(ofChanges.flatMap(({ Action }) => Action)).not.toContain('sqs:ReceiveMessage')
})
