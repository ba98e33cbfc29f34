import { expect, test } from '@jest/globals'
import { Command } from 'commander'
import {
  addFilterOptions,
  type FilterOptions,
  filterOf,
} from '../../../functions/cli/commands/filter-options.ts'
import { noon } from '../../support/events.ts'

const filter = (...args: string[]) => {
  const command = addFilterOptions(new Command()).exitOverride()
  return filterOf(command.parse(args, { from: 'user' }).opts<FilterOptions>(), noon)
}

test.each<[string[], object]>([
  [[], {}],
  [['--reason', 'crashed', '--target', 'wacht'], { reason: 'crashed', target: 'wacht' }],
  [['--reason', 'person_ambiguous', '--target', 'person'], { reason: 'person_ambiguous', target: 'person' }],
  [['--member', 'project/3C90/AB', '--event', 'E'], { member: 'project/3c90/ab', event: 'E' }],
  [['--source', '//hr', '--limit', '7'], { source: '//hr' }],
  [['--since', '2h', '--until', '90s'], { since: noon - 7_200_000, until: noon - 90_000 }],
  [['--since', '2026-11-23T13:00:00+01:00'], { since: noon }],
  [['--until', '2026-11-23T12:00:00.2509999999Z'], { until: noon + 250 }],
  [['--until', '2026-11-23T12:00:00.5Z'], { until: noon + 500 }],
])('%j', (args, expected) => expect(filter(...args)).toEqual(expected))
