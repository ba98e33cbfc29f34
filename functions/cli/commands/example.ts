import { randomUUID } from 'node:crypto'
import { exampleEvent, exampleOktaDelivery } from '../../core/event/example-events.ts'
import type { AddCommand } from '../io/cli-world.ts'
import { exit, Failure } from '../io/exit-codes.ts'
import { document } from '../io/output.ts'
import { examples } from './stage-options.ts'

/** The e-mail address of the examples. The sandboxes of `npm start` have this person. */
const email = 'jane@example.com'

/** The data of the examples with the roles of `infra/roles.json`, by option. */
const data = {
  person: { person: { email }, role: 'engineer' },
  project: {
    target: 'project',
    projectId: '3c90c3cc-0d44-4b50-8888-8dd25736052a',
    memberId: '3c90c3cc-0d44-4b50-8888-8dd25736052b',
    role: 'engineer',
  },
}

/** `example`: writes an event to try, of now, with an id of its own. */
export const addExample: AddCommand = (program, world, exitWith) => {
  program
    .command('example')
    .description(
      'Writes an event to try: a change of now at Wacht, with a new id. `check` accepts it if your role catalogue has its role, as the sample catalogue does.',
    )
    .option('--project', 'a change at the project API')
    .option('--person', 'a change that names a person by e-mail address')
    .option('--cloudevents-batch', 'an array of these three, as a CloudEvents source sends it to the intake')
    .option('--okta', 'a delivery of an Okta event hook, as the intake takes it; `check` does not take it')
    .addHelpText('after', examples('example > event.json', 'example --person | role-sync check -'))
    .action(async (given: Readonly<Record<string, true>>) => {
      const kinds = Object.keys(given)
      if (kinds.length > 1)
        throw new Failure('only one of --project, --person, --cloudevents-batch and --okta is possible')
      await document(world, exampleOf(kinds[0], world.now()))
      exitWith(exit.ok)
    })
}

function exampleOf(kind: string | undefined, now: number): object {
  const event = (changed: object) => {
    const { sequence: _, ...rest } = exampleEvent
    return { ...rest, id: `example-${randomUUID()}`, time: new Date(now).toISOString(), data: changed }
  }
  switch (kind) {
    case 'project':
    case 'person':
      return event(data[kind])
    case 'cloudeventsBatch':
      return [exampleEvent.data, data.project, data.person].map(event)
    case 'okta':
      return exampleOktaDelivery({ uuid: randomUUID(), at: now, email, groupId: '00g1emaKYZTWRYYRRTSK' })
    default:
      return event(exampleEvent.data)
  }
}
