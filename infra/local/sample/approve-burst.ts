import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { root } from '../../paths.ts'
import type { Outcome } from '../outcomes/message-outcome.ts'
import type { SampleBurst } from './sample-day.ts'

/** What some people approved. */
export interface ApprovedBurst {
  /** The IAM principals. */
  readonly approvers: readonly string[]
  /** The hash of the plan that showed them the changes. */
  readonly plan: string
}

/** How the held changes of a burst are found and approved. */
export interface BurstApproval {
  readonly sender: string
  /** The names of people, of whom as many approve as the stage asks for. */
  readonly people: readonly string[]
  readonly why: string
  /** The environment of the command line. */
  readonly env: Readonly<Record<string, string>>
  readonly signal: AbortSignal
}

const run = promisify(execFile)

/**
 * Plans what the guard `burst` holds of a sender and approves that plan, with the same commands as a person. Each command is a process of its
 * own. Rejects if one fails.
 */
export async function approveBurst(burst: BurstApproval): Promise<ApprovedBurst> {
  const { sender, people, why, env, signal } = burst
  const folder = mkdtempSync(join(tmpdir(), 'role-sync-plan-'))
  const file = join(folder, 'plan.json')
  const as = async (person: string, ...args: string[]) => {
    const program = [join(root, 'functions/cli/main.ts'), ...args, '--json']
    const options = { env: { ...env, AWS_ACCESS_KEY_ID: person }, signal }
    return JSON.parse((await run(process.execPath, program, options)).stdout)
  }
  try {
    const { hash } = await as(
      people[0]!,
      'replay',
      'plan',
      '--guard',
      'burst',
      '--sender',
      sender,
      '--out',
      file,
    )
    const approvers: string[] = []
    for (const person of people) {
      const { approver, sent } = await as(person, 'hold', 'approve', file, '--why', why, '--yes')
      approvers.push(approver)
      if (sent > 0) break
    }
    return { approvers, plan: hash }
  } finally {
    rmSync(folder, { recursive: true })
  }
}

/** What a guard did with the sample's burst, and who released the rest, as lines. None if nothing was held. */
export function burstStory(
  { sender, events, floor }: SampleBurst,
  outcomes: readonly Outcome[],
  approved: ApprovedBurst | undefined,
): string[] {
  const ended = outcomes.filter(({ event }) => event !== null && events.has(event))
  const [held, applied] = ['held', 'applied'].map(
    each => ended.filter(({ outcome }) => outcome === each).length,
  )
  if (!held) return []
  const first = events.size - held
  const limit = `The guard \`burst\` lets ${floor} through within an hour: ${first} took effect, ${held} were held.`
  const by = approved?.approvers.join(' and ')
  return [
    `${sender} withdrew a role from ${events.size} people at once.`,
    limit,
    approved
      ? `${by} approved plan ${approved.plan.slice(0, 12)}, which shows these ${held}: ${applied! - first} took effect.`
      : `Nobody has approved these ${held}. \`npx role-sync hold list\` shows them, and how to plan their release.`,
  ]
}
