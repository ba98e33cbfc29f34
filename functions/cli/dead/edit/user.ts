import { userInfo } from 'node:os'
import type { Environment } from '../../world.ts'

/** Who sits at this machine, as it knows them: what an edit or a drop is signed with unless `--by` says otherwise. */
export function osUser({ USER, LOGNAME }: Environment): string {
  try {
    return userInfo().username
  } catch {
    return USER || LOGNAME || 'unknown' // a container's user may have no name
  }
}
