import * as v from 'valibot'
import type { ApproveAnswer } from '../../approve/approve-changes.ts'
import { maxPlannedChanges } from '../../aws/function-url.ts'
import type { ApprovedChange } from '../../core/guard/approval.ts'
import { parseJson } from '../../core/json.ts'
import type { CliWorld } from './cli-world.ts'
import { Failure } from './exit-codes.ts'
import { openFunctionUrl, refusalOf } from './function-url-client.ts'

/** Sends approvals to the approve function, signed as who runs the command. Rejects with a Failure. */
export type SendApprovals = (
  changes: readonly ApprovedChange[],
  plan: string,
  why: string,
) => Promise<ApproveAnswer>

const answered = v.object({
  approver: v.string(),
  needed: v.pipe(v.number(), v.minValue(1)),
  approved: v.array(v.boolean()),
})

/** Finds the URL of the approve function. Rejects with a Failure, also if the stage has no guards. */
export async function openApprove(world: CliWorld, FunctionName: string): Promise<SendApprovals> {
  const post = await openFunctionUrl(world, FunctionName)
  if (!post) throw new Failure(`no guard is declared on this stage: there is no function ${FunctionName}`)

  const send = async (changes: readonly ApprovedChange[], plan: string, why: string) => {
    const { status, text } = await post(JSON.stringify({ plan, why, changes }))
    const json = parseJson(text)
    const result = v.safeParse(answered, json.ok ? json.value : undefined)
    if (status === 200 && result.success) return result.output
    throw new Failure(refusalOf(status, json.ok ? json.value : undefined, FunctionName))
  }
  return async (changes, plan, why) => {
    const answers: ApproveAnswer[] = []
    for (let from = 0; from < changes.length; from += maxPlannedChanges)
      answers.push(await send(changes.slice(from, from + maxPlannedChanges), plan, why))
    return { ...answers[0]!, approved: answers.flatMap(({ approved }) => approved) }
  }
}

/**
 * The status with which the approve function answers an empty request, which approves nothing: 400 if this identity may approve, 403 if not.
 * Undefined if there is no such function. Rejects with a Failure.
 */
export async function askApprove(world: CliWorld, FunctionName: string): Promise<number | undefined> {
  const post = await openFunctionUrl(world, FunctionName)
  return post && (await post('')).status
}
