import { type Effect, isNotFound } from '../core/outcome/effect.ts'
import type { PersonPlace } from '../core/ports.ts'
import type { SyncWorld } from './sync-world.ts'

/** Forgets where a person was found if the target answers that this member is not found. */
export async function forgetGone(
  key: string,
  member: string,
  effect: Effect,
  world: SyncWorld,
): Promise<void> {
  if (isNotFound(effect)) await forgiving(world).forget(key, member)
}

/** The memory of people with errors logged and ignored: without it, people are searched in the lists. */
export function forgiving({ people, telemetry }: SyncWorld) {
  const failed = (error: unknown): undefined => {
    telemetry.trouble('memory of people not available; people are searched in the lists', error)
  }
  return {
    key: (email: string) => people.key(email).catch(failed),
    recall: (key: string, scope: string) => people.recall(key, scope).catch(failed),
    remember: (key: string, place: PersonPlace) => people.remember(key, place).catch(failed),
    forget: (key: string, member: string) => people.forget(key, member).catch(failed),
  }
}
